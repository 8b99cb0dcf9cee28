/** Before each test file in a DOM: what a test rendered is gone before the next one, and what comes is waited for. */
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { PATIENCE_MS } from './patience.ts';

configure({ asyncUtilTimeout: PATIENCE_MS });

afterEach(cleanup);
