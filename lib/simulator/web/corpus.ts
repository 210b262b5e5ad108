/** A page of the simulated web. */
export type SimulatedPage = { url: string; title: string; text: string }

/**
 * All of the web there is here. Each page says what it is, so nobody takes it for a source; hosts are of the
 * kind that is given to nobody (RFC 2606).
 */
export const simulatedWeb: readonly SimulatedPage[] = [
  {
    url: 'https://bees.example/dance',
    title: 'How bees dance (simulated page)',
    text: 'This page is simulated. A bee that has found flowers dances on the comb. The angle of the dance says where they are, and its length says how far. Other bees follow the dancer before they fly out.',
  },
  {
    url: 'https://tides.example/moon',
    title: 'Why there are tides (simulated page)',
    text: 'This page is simulated. The moon pulls at the sea on its near side more than at the earth below it. So the sea rises there, and on the far side too. Sun and moon in one line make the highest tides.',
  },
  {
    url: 'https://releases.example/runtime/notes',
    title: 'Release notes of a runtime (simulated page)',
    text: 'This page is simulated. Version 3 of the runtime ends support for version 1 of its configuration. Deprecated flags print a warning. Old lockfiles are read and written anew on the first install.',
  },
]

const MOST_RESULTS = 5

/** Pages with words of the query, those with the most first; none where no word is found. */
export function searchWeb(query: string, isAllowed: (url: string) => boolean): SimulatedPage[] {
  const words = wordsIn(query)
  return simulatedWeb
    .filter(({ url }) => isAllowed(url))
    .map((page) => {
      const own = wordsIn(`${page.title} ${page.text}`)
      return { page, hits: [...words].filter((word) => own.has(word)).length }
    })
    .filter(({ hits }) => hits > 0)
    .sort((a, b) => b.hits - a.hits)
    .slice(0, MOST_RESULTS)
    .map(({ page }) => page)
}

/** Short words stand on every page. */
function wordsIn(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/\p{L}{4,}/gu) ?? [])
}
