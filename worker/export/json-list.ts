/** A list as JSON, one item a line, while it is read. */
export async function* jsonList(name: string, items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let before = `{"${name}":[\n`;
  for await (const item of items) {
    yield before + JSON.stringify(item);
    before = ',\n';
  }
  yield before === ',\n' ? '\n]}\n' : `${before}]}\n`;
}
