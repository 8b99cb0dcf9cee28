/** Before each test file in a DOM: what a test rendered is gone before the next one. */
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);
