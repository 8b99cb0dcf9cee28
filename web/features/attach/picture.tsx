/** An image drawn from its bytes. On a canvas: the page's policy lets no image in but the app's own files. */
import { useEffect, useRef, useState } from 'react';

interface Props {
  /** Fetches the bytes. Give the component a `key` of the same file. */
  bytes: () => Promise<Blob>;
  /** The longer side that is drawn at most, in pixels of the screen. */
  side: number;
  /** What it is, for those who do not see it; empty where it stands beside it. */
  label: string;
}

export function Picture({ bytes, side, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ask = useRef(bytes);
  const [state, setState] = useState<'loading' | 'there' | 'broken'>('loading');
  useEffect(() => {
    let over = false;
    const draw = async () => {
      const image = await createImageBitmap(await ask.current());
      const element = canvas.current;
      if (!over && element) {
        const scale = Math.min(1, (side * devicePixelRatio) / Math.max(image.width, image.height));
        element.width = Math.max(1, Math.round(image.width * scale));
        element.height = Math.max(1, Math.round(image.height * scale));
        const pen = element.getContext('2d');
        if (pen) pen.imageSmoothingQuality = 'high';
        pen?.drawImage(image, 0, 0, element.width, element.height);
        setState('there');
      }
      image.close();
    };
    draw().catch(() => {
      if (!over) setState('broken');
    });
    return () => {
      over = true;
    };
  }, [side]);
  return (
    <span className="picture" data-state={state}>
      {state === 'broken' ? (
        <span className="muted">{label === '' ? '' : 'Cannot be shown'}</span>
      ) : (
        <canvas
          ref={canvas}
          width={1}
          height={1}
          {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
        />
      )}
    </span>
  );
}
