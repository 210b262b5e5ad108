#!/usr/bin/env node
// `npm run restore -- file`: puts a backup in place of the data folder, which is kept aside.
import { moveData } from './move-data.mjs'

await moveData('restore')
