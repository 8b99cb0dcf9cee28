/** One text with every kind of markdown a reply may hold, and with what a client must not run, load or follow. */
export const SHOWCASE = `# Markdown showcase

A paragraph with **bold**, *italic*, ~~struck~~ and \`inline code\`, an [ordinary link](https://example.com/page), and
characters of several bytes: naïve café, 東京, 🙂, 👩‍💻, 𝒳.

## Lists

1. First
2. Second
   - nested
   - [ ] open task
   - [x] done task

> A quotation of two lines,
> and the second of them.

## Code

\`\`\`ts
export function add(a: number, b: number): number {
  return a + b; // <b>not bold</b>
}
\`\`\`

\`\`\`
no language here
\`\`\`

## Table

| Day | Task | Cost |
|:----|:----:|-----:|
| Mon | plan | $0.10 |
| Tue | build \\| test | $0.25 |

---

## What must stay harmless

<script>document.title = 'executed';</script>
<img src="https://example.com/pixel.png?leak=1" onerror="document.title = 'executed'">
![a remote image](https://example.com/tracker.png?leak=2)
[a script link](javascript:document.title='executed')
<a href="https://example.com" onclick="document.title='executed'">raw anchor</a>
<iframe src="https://example.com"></iframe>

<details><summary>raw HTML</summary>It is shown as text or not at all.</details>

The end.
`;
