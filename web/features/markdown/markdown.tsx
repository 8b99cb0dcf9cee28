/**
 * Draws a Markdown text as React elements, never as HTML, so that nothing in it can run or load anything.
 * While the text grows, finished blocks keep their identity and are not drawn again.
 */
import { Fragment, memo, type ReactNode, useState } from 'react';
import type { Block, Inline, ListItem } from './ast.ts';
import { CodeBlock } from './code-block.tsx';
import { parseInline } from './parse-inline.ts';
import { type Parsed, parseNext } from './parse-stream.ts';

const drawInline = (nodes: Inline[]): ReactNode =>
  nodes.map((node, index) => {
    if (typeof node === 'string') return node;
    switch (node.type) {
      case 'code':
        return <code key={index}>{node.text}</code>;
      case 'break':
        return <br key={index} />;
      case 'link':
        return (
          <a key={index} href={node.href} target="_blank" rel="noopener noreferrer">
            {drawInline(node.children)}
          </a>
        );
      default:
        return <node.type key={index}>{drawInline(node.children)}</node.type>;
    }
  });

const Text = memo(({ text }: { text: string }) => drawInline(parseInline(text)));

function Item({ item, loose }: { item: ListItem; loose: boolean }) {
  return (
    <li className={item.checked === null ? undefined : 'task'}>
      {item.checked !== null && (
        <input type="checkbox" checked={item.checked} disabled aria-label={item.checked ? 'Done' : 'Open'} />
      )}
      {item.blocks.map((block, index) =>
        block.type === 'paragraph' && !loose ? (
          <Fragment key={index}>
            <Text text={block.text} />{' '}
          </Fragment>
        ) : (
          <BlockView key={index} block={block} />
        ),
      )}
    </li>
  );
}

function Table({ align, head, rows }: Extract<Block, { type: 'table' }>) {
  const side = (column: number) => align[column] ?? undefined;
  return (
    // A scrolling box must be reachable by keyboard (WCAG 2.1.1).
    <div className="table" role="region" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} scope="col" data-align={side(column)}>
                <Text text={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column} data-align={side(column)}>
                  <Text text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const BlockView = memo(({ block }: { block: Block }): ReactNode => {
  switch (block.type) {
    case 'paragraph':
      return (
        <p>
          <Text text={block.text} />
        </p>
      );
    case 'heading': {
      // The page's title is h1 and each message has an h2 of its own.
      const Heading = `h${Math.min(6, block.level + 2)}` as 'h3';
      return (
        <Heading>
          <Text text={block.text} />
        </Heading>
      );
    }
    case 'code':
      return <CodeBlock lang={block.lang} text={block.text} />;
    case 'quote':
      return <blockquote>{drawBlocks(block.blocks)}</blockquote>;
    case 'list': {
      const items = block.items.map((item, index) => <Item key={index} item={item} loose={block.loose} />);
      return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
    case 'table':
      return <Table {...block} />;
    case 'rule':
      return <hr />;
    default:
      return block satisfies never;
  }
});

const drawBlocks = (blocks: ReadonlyArray<Block>) =>
  blocks.map((block, index) => <BlockView key={index} block={block} />);

/** A Markdown text. `live`: it is still being written. */
export const Markdown = memo(({ text, live = false }: { text: string; live?: boolean }) => {
  const [known, keep] = useState<Parsed | null>(null);
  // What was read before is the start for reading on; setting it while drawing draws only this component anew.
  const parsed = known?.text === text && known.live === live ? known : parseNext(known, text, live);
  if (parsed !== known) keep(parsed);
  return <div className="prose">{drawBlocks(parsed.blocks)}</div>;
});
