/** The official client, wired to a handler in this process instead of the network. */
import Anthropic from '@anthropic-ai/sdk';

/** @param handler answers requests as a server would, for instance the stand-in's `fetch`. */
export function clientOf(handler: (request: Request) => Promise<Response>, apiKey = 'test-key'): Anthropic {
  return new Anthropic({
    apiKey,
    // Without these the client would take key and token of whoever runs the tests from the environment.
    authToken: null,
    baseURL: 'http://localhost',
    maxRetries: 0,
    logLevel: 'off',
    fetch: async (input, init) => handler(new Request(input, init)),
  });
}
