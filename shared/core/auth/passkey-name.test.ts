import { expect, it } from 'vitest';
import { passkeyName } from './passkey-name.ts';

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

it('names a passkey after the browser it was made with, each by a name of its own', () => {
  expect(passkeyName(CHROME, [])).toBe('Chrome on Linux');
  expect(passkeyName(CHROME, ['Chrome on Linux'])).toBe('Chrome on Linux 2');
  expect(passkeyName(CHROME, ['Chrome on Linux', 'Chrome on Linux 2', 'Laptop'])).toBe('Chrome on Linux 3');
  expect(passkeyName(null, [])).toBe('Passkey');
  expect(passkeyName('something else', ['Passkey'])).toBe('Passkey 2');
});
