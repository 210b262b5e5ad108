/** What programs can be told of a run, by the webhook. */
export const noticeKinds = ['ended', 'asks', 'paused', 'first-failure'] as const
export type NoticeKind = (typeof noticeKinds)[number]
