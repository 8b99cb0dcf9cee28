import { expect, test } from 'vitest';

const sources: Record<string, string> = import.meta.glob('../features/**/*.tsx', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Pages are loaded on their own: what another one has loaded before may be there or not. */
test('whoever shows a ticked choice brings its style along', () => {
  const users = Object.entries(sources).filter(([, source]) => source.includes('className="check"'));
  expect(users.length).toBeGreaterThan(5);
  const brings = /'#web\/ui\/(?:fields\.css|password-field\.tsx)'|\.\/news\.css'/;
  expect(users.filter(([, source]) => !brings.test(source)).map(([path]) => path)).toEqual([]);
});
