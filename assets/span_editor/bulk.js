// Steps over all texts of a project, by our own routes. A step carries an id of its own: where the
// answer does not come, the same step is sent again and the store answers what it has done.

import { Unreachable, ask, tell } from './api.js';
import { uid } from './saving.js';

const TRIES = 8;

async function insist(path, body) {
  const step = { ...body, edit_uid: uid() };
  for (let tries = 1; ; tries += 1) {
    try {
      return await tell(path, step);
    } catch (trouble) {
      if (!(trouble instanceof Unreachable) || tries === TRIES) throw trouble;
      await new Promise((done) => setTimeout(done, 500));
    }
  }
}

export const bulk = {
  // words: {project, surface, code, whole, same_case, accepted}
  preview: (words, after = null) => tell('/api/bulk/preview', { ...words, after }),
  apply: (words, deed, ticks, as_of) =>
    insist('/api/bulk', {
      ...words,
      deed,
      all: ticks.all,
      but: [...ticks.but.values()].map(({ text, start }) => [text, start]),
      as_of,
    }),
  turn: (way, id) => insist(`/api/bulk/${id}/${way}`, {}),
  recent: (project) => ask('/api/bulk', { project }),
  get: (id) => ask(`/api/bulk/${id}`),
};
