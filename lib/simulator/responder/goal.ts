const GOAL_HEADING = /^(goal|task|aim|ziel|aufgabe|objetivo|meta|objectif|but|目標|目的|目标)(?!\p{L})/iu

/** What is wanted, without the advice around it: the text under a heading that says so, else all of it. */
export function goalOf(task: string): string {
  return sectionOf(task, GOAL_HEADING) ?? withoutDirectives(task)
}

/** Text under the first heading that matches, down to the next heading; null when there is none. */
export function sectionOf(task: string, heading: RegExp): string | null {
  const found = task.split(/^#+\s+/m).find((section, at) => at > 0 && heading.test(section))
  return found === undefined ? null : withoutDirectives(found.split('\n').slice(1).join('\n'))
}

function withoutDirectives(text: string): string {
  return text.replace(/\[\[sim:.*?\]\]/g, '').trim()
}
