import { config } from 'zod'

// Runs before any other script of a page. Zod would try whether it may make code from text, which no page
// here allows, and each try is reported as a breach of the page's policy.
config({ jitless: true })
