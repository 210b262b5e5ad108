#!/usr/bin/env node
// `npm run backup -- file`: writes the data folder into one file, also while a server works on it.
import { moveData } from './move-data.mjs'

await moveData('backup')
