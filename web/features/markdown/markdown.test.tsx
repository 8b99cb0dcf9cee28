import { render } from '@testing-library/react';
import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { fastest } from '#test/core/fastest.ts';
import { Markdown } from './markdown.tsx';

const draw = (text: string) => render(<Markdown text={text} />).container;

/** Tags and texts alone, nested: what a reader sees, whoever drew it. */
function outline(node: Node): unknown[] {
  const parts: unknown[] = [];
  for (const child of node.childNodes) {
    if (child instanceof Text) {
      const text = child.data.replace(/\s+/g, ' ');
      const last = parts.at(-1);
      if (typeof last === 'string') parts[parts.length - 1] = last + text;
      else parts.push(text);
    } else if (child instanceof HTMLElement && child.tagName !== 'FIGCAPTION') {
      const inner = outline(child);
      if (child.tagName === 'DIV' || child.tagName === 'FIGURE') parts.push(...inner);
      else parts.push([child.tagName.toLowerCase(), ...inner]);
    }
  }
  const trimmed = parts.map((part) => (typeof part === 'string' ? part.trim() : part));
  return trimmed.filter((part) => part !== '');
}

/** What the reference implementation makes of it, with headings two levels down as on our page. */
function reference(text: string): unknown[] {
  const holder = document.createElement('div');
  holder.innerHTML = String(marked(text, { gfm: true, async: false })).replace(
    /<(\/?)h(\d)>/g,
    (_, slash: string, level: string) => `<${slash}h${Math.min(6, Number(level) + 2)}>`,
  );
  return outline(holder);
}

const ordinary = [
  '# Title\n\nA paragraph\nof two lines.\n\n## Second ##\n\ntext',
  '**bold**, *em*, ***both***, ~~gone~~, `code`, ``a`b``, _x_, __y__, snake_case_name, 2 * 3 * 4',
  '**bold *nested* bold** *em **strong** em* **foo*bar*baz** *a `*` b*',
  'one  \ntwo\\\nthree',
  '\\*not em\\* \\# no 1 \\< 2 &amp; &lt;b&gt; &#65;',
  '- a\n- b\n  - c\n    - d\n- e\n\ntext',
  '1. one\n2. two\n\n   more of two\n\n3. three',
  '5. five\n6. six\n   - sub\n   - sub two',
  '- [ ] open\n- [x] done',
  '* one\n+ two\n- three',
  'text\n- a list right after\n\ntext\n2. not a list',
  '- item\nlazy line\n\npara',
  '- ```js\n  a\n  ```\n- x',
  '> quote\n> more\nlazy\n\n> - list\n> - in quote\n>\n> > deeper',
  '```ts\nconst a = 1;\n\n\tkept tab <b>\n```\nafter',
  '~~~\n```\n~~~',
  '    indented\n\n    code',
  '| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |\n| x \\| y | **z** |\n\nend',
  'a | b\n--|--\n1 | 2',
  'Setext\n======\n\nOther\n---\n\n---\n\n***',
  '[link](https://a.test/x_y "title") <https://c.test> https://d.test/a(b), www.e.test. x@y',
  '[a **b** c](https://a.test) [not a link] [x](<https://b.test/a b>)',
  '**Note:** in_the_middle and *a*b, "**quoted**" (*in parens*)',
  'a\n\n\n\nb\n\n\n',
];

test.each(ordinary)('reads ordinary Markdown as the reference does: %j', (text) => {
  expect(outline(draw(text))).toEqual(reference(text));
});

test('differs from the reference on purpose: images are links, a pipe in a code span stays in its cell', () => {
  const image = draw('![a cat](https://cats.test/cat.png) ![](https://cats.test/two.png)');
  expect(image.querySelector('img')).toBeNull();
  expect([...image.querySelectorAll('a')].map((a) => [a.textContent, a.href])).toEqual([
    ['a cat', 'https://cats.test/cat.png'],
    ['image', 'https://cats.test/two.png'],
  ]);
  const cells = draw('| a | b |\n|---|---|\n| `x|y` | z |').querySelectorAll('td');
  expect([...cells].map((cell) => cell.textContent)).toEqual(['x|y', 'z']);
});

/** Ways to run or load something that have worked somewhere. Every one must end up as text or as a harmless link. */
const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)><script>alert(1)</script></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  '<iframe src="https://evil.test"></iframe>',
  '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
  '<div style="background:url(https://evil.test/x.png)">x</div>',
  '<style>@import "https://evil.test/x.css"</style>',
  '<details open ontoggle=alert(1)>x</details>',
  '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
  '<!-- <img src=x onerror=alert(1)> -->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<meta http-equiv="refresh" content="0;url=https://evil.test">',
  '<base href="https://evil.test/">',
  '<form action="https://evil.test"><button>x</button></form>',
  '<object data="https://evil.test/x.swf"></object><embed src="https://evil.test/x">',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](java&#x0A;script:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](javascript&colon;alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x]( javascript:alert(1))',
  '[x](<javascript:alert(1)>)',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](data:image/svg+xml;base64,PHN2Zz4=)',
  '[x](file:///etc/passwd)',
  '[x](blob:https://app.test/1)',
  '[x](//evil.test)',
  '[x](/api/auth/sign-out)',
  '[x](https://ok.test" onclick="alert(1))',
  '[x](https://ok.test "t\\" onmouseover=\\"alert(1)")',
  '![x](javascript:alert(1))',
  '![x](https://evil.test/pixel.png?leak=1)',
  '![x" onerror="alert(1)](https://evil.test/x.png)',
  '<javascript:alert(1)>',
  '<https://ok.test/"onclick="alert(1)>',
  '[![x](https://evil.test/a.png)](javascript:alert(1))',
  '```html\n<script>alert(1)</script>\n```',
  '```"><script>alert(1)</script>\nx\n```',
  '`<img src=x onerror=alert(1)>`',
  '| <script>alert(1)</script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | [x](javascript:1) |',
  '- <script>alert(1)</script>\n> <iframe src=//evil.test>',
  '# <img src=x onerror=alert(1)>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '[x]: javascript:alert(1)\n[x]',
  'https://ok.test/<script>alert(1)</script>',
  '<x@evil.test?subject=a"onclick="alert(1)>',
];
const SAFE_TAGS =
  /^(?:DIV|P|H[3-6]|UL|OL|LI|BLOCKQUOTE|PRE|CODE|STRONG|EM|DEL|A|BR|HR|TABLE|THEAD|TBODY|TR|TH|TD|FIGURE|FIGCAPTION|SPAN|BUTTON|INPUT|svg|path)$/;
const SAFE_ATTRIBUTES =
  /^(?:class|href|target|rel|role|aria-[a-z]+|tabindex|title|type|scope|start|disabled|checked|data-(?:align|wrap)|viewBox|fill|stroke(?:-[a-z]+)?|d)$/;

test.each(hostile)('nothing runs and nothing is loaded: %j', (text) => {
  const drawn = draw(text);
  const elements = [...drawn.querySelectorAll('*')];
  const attributes = elements.flatMap((element) => [...element.attributes]);
  expect(elements.map(({ tagName }) => tagName).filter((tag) => !SAFE_TAGS.test(tag))).toEqual([]);
  expect(attributes.map(({ name }) => name).filter((name) => !SAFE_ATTRIBUTES.test(name))).toEqual([]);
  const links = [...drawn.querySelectorAll('a')];
  expect(links.map(({ href }) => href).filter((href) => !/^(?:https?:\/\/|mailto:)/.test(href))).toEqual([]);
  expect(links.filter(({ rel, target }) => rel !== 'noopener noreferrer' || target !== '_blank')).toEqual([]);
});

test('what was not understood is still there to read', () => {
  expect(draw('<script>alert(1)</script>').textContent).toBe('<script>alert(1)</script>');
  expect(draw('a [link](javascript:alert(1)) b').textContent).toBe('a link b');
  expect(draw('**open and [half](https://a').textContent).toBe('**open and [half](https://a');
});

describe('texts made to hang a parser', () => {
  const many = 20_000;
  const bombs: Array<[string, string]> = [
    ['stars', '*a '.repeat(many)],
    ['stars both ways', '*a* '.repeat(many) + '*'.repeat(many)],
    ['mixed runs', '**_*~~'.repeat(many)],
    ['nested emphasis', `${'*a _b '.repeat(many / 4)}${'_ *'.repeat(many / 4)}`],
    ['brackets', '['.repeat(many)],
    ['closing brackets', `${'['.repeat(many)}${']'.repeat(many)}`],
    ['half links', '[a]('.repeat(many)],
    ['links in links', '[a](https://a.test)'.repeat(many / 10)],
    ['backticks', Array.from({ length: 300 }, (_, i) => '`'.repeat(i + 1)).join(' ')],
    ['quotes', `${'>'.repeat(many)} a`],
    ['lists', `${'- '.repeat(many)}a`],
    ['spaces in a heading', `# a${' '.repeat(many)}b`],
    ['spaces in a table line', `a | b\n-${' '.repeat(many)}x`],
    ['blank lines in a list', `- a\n${'\n'.repeat(many)}- b`],
    ['table', `|${'a|'.repeat(2000)}\n|${'-|'.repeat(2000)}`],
    ['entities', '&'.repeat(many)],
    ['angles', '<a@'.repeat(many)],
    ['addresses', 'https://a.test/('.repeat(many / 10)],
  ];
  test.each(bombs)('%s', async (_, text) => {
    const { parseBlocks } = await import('./parse-blocks.ts');
    const { parseInline } = await import('./parse-inline.ts');
    const parse = () => {
      parseBlocks(text);
      parseInline(text);
    };
    expect(fastest(parse)).toBeLessThan(1500);
  });
});
