/** An error that already says in plain words what happened: what the browser refused, what a person called off. */
export class InWords extends Error {
  override readonly name: string = 'InWords';
}
