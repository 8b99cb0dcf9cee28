/** The shapes a Markdown text is read into. There is no node for HTML: a tag is text, by construction. */

export type Inline =
  | string
  | { type: 'code'; text: string }
  | { type: 'strong' | 'em' | 'del'; children: Inline[] }
  /** `href` is http, https or mailto; nothing else becomes a link. */
  | { type: 'link'; href: string; children: Inline[] }
  | { type: 'break' };

export type Align = 'left' | 'center' | 'right' | null;

export interface ListItem {
  /** A task's box, or null for an ordinary item. */
  checked: boolean | null;
  blocks: Block[];
}

export type Block =
  | { type: 'paragraph'; text: string }
  | { type: 'heading'; level: number; text: string }
  | { type: 'code'; lang: string; text: string }
  | { type: 'quote'; blocks: Block[] }
  | { type: 'list'; start: number | null; loose: boolean; items: ListItem[] }
  | { type: 'table'; align: Align[]; head: string[]; rows: string[][] }
  | { type: 'rule' };
