import { overviewFrameSchema } from '../first/overview'
import { streamPath } from '../first/stream-address'
import {
  emptyFrameSchema,
  endFrameSchema,
  eventsFrameSchema,
  eventsPageSchema,
  eventsQuerySchema,
  pulseFrameSchema,
  streamQuerySchema,
  watchSchema,
} from '../stream'
import { body, endpoint } from './endpoint'

/** What is followed as it happens. */
export const streamApi = {
  followRun: endpoint('GET', '/api/runs/{id}/events', 'The journal of a run: a stream, or JSON pages', {
    access: 'viewer',
    within: 'run',
    forLaunchKeys: true,
    query: eventsQuerySchema,
    headers: [{ name: 'Last-Event-ID', description: 'Last seq seen; the stream continues after it.' }],
    answer: {
      kind: 'stream',
      about: '`events` frames (id: last seq), `pulse` frames (no id), and `end` once everything was sent',
      frames: { events: eventsFrameSchema, pulse: pulseFrameSchema, end: endFrameSchema },
      json: eventsPageSchema,
    },
  }),
  watchAgents: endpoint('PUT', '/api/runs/{id}/watch', 'Choose the agents whose text a watcher gets', {
    access: 'viewer',
    within: 'run',
    changes: false,
    body: body(watchSchema, { watcher: 'tab-1', agents: ['a1', 'a2'] }),
    answer: { kind: 'nothing' },
  }),
  followOverview: endpoint(
    'GET',
    '/api/events',
    'The overview: open runs, capacity, money, what needs a person',
    {
      access: 'viewer',
      within: 'project',
      answer: {
        kind: 'stream',
        about: '`overview` frames, at most two a second',
        frames: { overview: overviewFrameSchema },
        json: overviewFrameSchema,
      },
    },
  ),
  followAll: endpoint('GET', streamPath, 'Several runs and the overview on one connection', {
    access: 'viewer',
    within: 'project',
    query: streamQuerySchema,
    answer: {
      kind: 'stream',
      about:
        'the frames of the single streams, named `{run}/events`, `{run}/pulse`, `{run}/end`, `{run}/gone` and `overview/overview`, and `beat` every few seconds',
      frames: {
        '{run}/events': eventsFrameSchema,
        '{run}/pulse': pulseFrameSchema,
        '{run}/end': endFrameSchema,
        '{run}/gone': emptyFrameSchema,
        'overview/overview': overviewFrameSchema,
        beat: emptyFrameSchema,
      },
      json: null,
    },
  }),
}
