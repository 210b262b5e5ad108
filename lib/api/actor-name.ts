import { cutText } from '@/lib/core/base/cut-text'

/** Characters that end a line, hide, or change the direction of the text beside them. */
const unfit =
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u
const LONGEST = 60

/** Whether a name can be shown beside others without being taken for something else. */
export function isFitName(name: string): boolean {
  return !unfit.test(name) && /[\p{L}\p{N}\p{P}\p{S}]/u.test(name)
}

/** A name as it is recorded where its owner cannot be asked again; '' when nothing of it can be shown. */
export function actorName(given: string): string {
  const name = cutText(given.replace(new RegExp(unfit.source, 'gu'), '').trim(), LONGEST)
  return isFitName(name) ? name : ''
}
