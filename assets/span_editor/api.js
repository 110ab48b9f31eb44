// Requests to our own routes. `ask` reads, `send` writes one change; both give up after a while, for
// a server that hangs must not look like one that is slow.

const PATIENCE = 15000;
const KEEPALIVE = 60000; // browsers refuse larger bodies that outlive their page

async function request(path, options = {}) {
  const limit = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(path, { signal: limit, credentials: 'same-origin', ...options });
  const json = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, data: json ? await answer.json() : null };
}

// The JSON at an address; throws a sentence for a person.
export async function ask(path, query = {}) {
  const filled = Object.entries(query).filter(([, value]) => value !== null && value !== '');
  const tail = filled.length ? `?${new URLSearchParams(filled)}` : '';
  let answer;
  try {
    answer = await request(path + tail);
  } catch {
    throw new Unreachable('The studio does not answer.');
  }
  if (answer.status === 200) return answer.data;
  const sentence = reason(answer);
  throw answer.status >= 500 ? new Unreachable(sentence) : new Refused(sentence, answer.status);
}

// What an answer says of its trouble.
export function reason({ status, data }) {
  return data?.error?.message ?? (status ? `The studio refuses this (${status}).` : '');
}

// Tell the store something about a project or a text; answers what it says to that.
export async function tell(path, body, method = 'POST') {
  let answer;
  try {
    answer = await request(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Unreachable('The studio does not answer.');
  }
  if (answer.status === 200) return answer.data;
  throw new Refused(reason(answer), answer.status);
}

export class Unreachable extends Error {}

export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export async function send(text, route, body) {
  const json = JSON.stringify(body);
  const answer = await request(`/api/texts/${text}/${route}`, {
    method: 'POST',
    keepalive: json.length < KEEPALIVE,
    headers: { 'content-type': 'application/json' },
    body: json,
  });
  return { ...answer, reason: reason(answer) };
}
