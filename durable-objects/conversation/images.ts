/** Puts stored images into a request just before it is sent: the log holds their names, the bytes are in R2. */
import type { Model, ModelBlock, ModelRequest } from '#shared/core/turn/ports.ts';
import { imageData } from './builtins/files.ts';

/** Images that are put in, the first ones: an API request has its limit too. */
const MAX_IMAGES = 20;

const storedId = (block: ModelBlock): string | null => {
  const source = block['source'];
  if (block.type !== 'image' || typeof source !== 'object' || source === null) return null;
  return 'file_id' in source && typeof source.file_id === 'string' ? source.file_id : null;
};

const isBlock = (value: unknown): value is ModelBlock =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

type Load = (fileId: string) => Promise<ModelBlock>;

async function filled(block: ModelBlock, load: Load): Promise<ModelBlock> {
  const id = storedId(block);
  if (id !== null) return load(id);
  const content = block['content'];
  if (block.type !== 'tool_result' || !Array.isArray(content)) return block;
  const parts = await Promise.all(content.filter(isBlock).map((part) => filled(part, load)));
  return { ...block, content: parts };
}

/** A model that is shown the images of its request. */
export function imagesInto(model: Model, env: Env, ownerId: string): Model {
  const loaded = new Map<string, Promise<ModelBlock>>();
  const load: Load = (fileId) => {
    const known = loaded.get(fileId);
    if (known !== undefined) return known;
    // In the order they were said, so that the same ones are left out at every step of a turn.
    const loading = loaded.size >= MAX_IMAGES ? Promise.resolve(leftOut) : read(env, ownerId, fileId);
    loaded.set(fileId, loading);
    return loading;
  };
  const withImages = async (request: ModelRequest): Promise<ModelRequest> => ({
    ...request,
    messages: await Promise.all(
      request.messages.map(async ({ role, content }) => ({
        role,
        content: await Promise.all(content.map((block) => filled(block, load))),
      })),
    ),
  });
  return { stream: async (request, options) => model.stream(await withImages(request), options) };
}

const leftOut: ModelBlock = {
  type: 'text',
  text: '[an image, not shown: there are too many in this conversation]',
};

async function read(env: Env, ownerId: string, fileId: string): Promise<ModelBlock> {
  const image = await imageData(env, ownerId, fileId);
  if (image === null) return { type: 'text', text: '[an image that was deleted]' };
  const { data, mimeType } = image;
  return { type: 'image', source: { type: 'base64', media_type: mimeType, data } };
}
