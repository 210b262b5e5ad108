import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { z } from 'zod'

/**
 * Runs in the page: waits for two frames, which start what a changed theme or width has to animate, and for
 * the end of what moves on the clock and ends by itself. In the middle of a transition no color is the one
 * that people read.
 */
const settle = `(async () => {
  for (const frame of [1, 2]) await new Promise(requestAnimationFrame)
  const ending = document.getAnimations().filter(
    ({ timeline, effect }) => timeline === document.timeline && effect.getComputedTiming().endTime < Infinity)
  await Promise.allSettled(ending.map(({ finished }) => finished))
})()`

/** Runs in the page, where axe is a global. Only violations are worked out in full: nobody reads the rest. */
const check = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`

/**
 * What axe finds wrong with a page as it stands, one line a rule, with the elements it concerns. There are no
 * frames in our pages, so nothing has to be put together from several.
 */
export async function violationsOf(page: Page): Promise<string[]> {
  // To read 560 kB and make its rules takes a page as long as most checks do: once a document.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  await page.evaluate(settle)
  return z.array(z.string()).parse(await page.evaluate(check))
}
