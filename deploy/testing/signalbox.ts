// One trace per test, for Playwright's own runner. Copy this file beside your tests, and in them:
//
//   import { test, expect } from './signalbox';
//
// Each test sends a traceparent of its own (W3C Trace Context), with the run (SIGNALBOX_RUN_ID) and the test as
// baggage: from the fixture `request`, and from its pages to the origin of baseURL and to those that SIGNALBOX_ORIGINS
// lists, separated by spaces. Pages send it nowhere else: a header that an origin does not expect fails its CORS check.
// The report says which trace it was, in an annotation `trace_id` of each attempt. Nothing is sent to Signalbox.

import { randomBytes } from 'node:crypto';
import { test as base, type APIRequestContext, type BrowserContext } from '@playwright/test';

export * from '@playwright/test';

const LONGEST = 300; // characters of a test's id: servers take few kilobytes of headers

const SENDS = new Set<string | symbol>(['delete', 'fetch', 'get', 'head', 'patch', 'post', 'put']);

type Headers = Record<string, string>;

async function handOn(context: BrowserContext, headers: Headers, baseURL: string | undefined): Promise<void> {
  const listed = process.env.SIGNALBOX_ORIGINS?.split(/\s+/) ?? [];
  const origins = [baseURL, ...listed].filter(each => each).map(each => new URL(each!).origin);
  for (const origin of new Set(origins)) {
    await context.route(`${origin}/**`, route => route.fallback({ headers: { ...route.request().headers(), ...headers } }));
  }
}

function bearing(request: APIRequestContext, headers: Headers): APIRequestContext {
  return new Proxy(request, {
    get(target, name) {
      const found = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      if (!SENDS.has(name)) return found.bind(target);
      return (to: unknown, options: { headers?: Headers } = {}) =>
        found.call(target, to, { ...options, headers: { ...headers, ...options.headers } });
    },
  });
}

export const test = base.extend<{ traceHeaders: Headers }>({
  // Headers of this test's trace, for clients of your own.
  traceHeaders: [async ({}, use, testInfo) => {
    const traceId = randomBytes(16).toString('hex');
    testInfo.annotations.push({ type: 'trace_id', description: traceId });
    const run = process.env.SIGNALBOX_RUN_ID;
    const id = testInfo.titlePath.join(' › ').slice(0, LONGEST).replace(/\p{Cs}/gu, ''); // no halves of characters
    const members = [...(run ? [['signalbox.run', run]] : []), ['signalbox.test', id]];
    await use({
      traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
      baggage: members.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join(','),
    });
  }, { auto: true }],

  context: async ({ context, traceHeaders, baseURL }, use) => {
    await handOn(context, traceHeaders, baseURL);
    await use(context);
  },

  request: async ({ request, traceHeaders }, use) => use(bearing(request, traceHeaders)),
});
