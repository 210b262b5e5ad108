declare module 'turndown-plugin-gfm' {
  import type TurndownService from 'turndown'

  /** Tables, struck-out text and lists of tasks as GitHub writes them. */
  export const gfm: TurndownService.Plugin
}
