/**
 * What a script is given, as parameters around it, so it may declare the same names itself. In their
 * order.
 */
export const primitiveNames = [
  'agent',
  'parallel',
  'pipeline',
  'phase',
  'log',
  'args',
  'budget',
  'workflow',
  'checkpoint',
  'patterns',
  'answerRef',
  'changes',
  'checkQuotes',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
] as const

/** Goes before a body, on its first line; columns of line 1 are shifted by its length. */
export const wrapperHead = `(function (${primitiveNames.join(', ')}) { return async function () {`

/** Goes after a body, on a line of its own because the body may end in a comment. */
export const wrapperTail = '\n} })'
