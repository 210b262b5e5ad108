import { zipSync } from 'fflate'
import mammoth from 'mammoth'
import { Unreadable } from './document'
import { type Inflater, TooMuch, type ZipDirectory } from './zip-directory'

/** What text is made of: pictures, fonts and embedded files are left where they are. */
const ofText = /^\[Content_Types\]\.xml$|\.rels$|^word\/[^/]+\.xml$/

/**
 * The text of a Word document as HTML. Its library inflates without a bound, so it is given a zip of parts that
 * were inflated within ours. Throws `Unreadable`.
 */
export async function readDocx(directory: ZipDirectory, inflater: Inflater): Promise<string> {
  try {
    const parts = directory.entries
      .filter(({ name }) => ofText.test(name))
      .map((entry) => [entry.name, inflater.inflate(entry)] as const)
    const buffer = Buffer.from(zipSync(Object.fromEntries(parts), { level: 0 }))
    const noPictures = mammoth.images.imgElement(async () => ({ src: '' }))
    const { value } = await mammoth.convertToHtml({ buffer }, { convertImage: noPictures })
    return value
  } catch (error) {
    if (error instanceof TooMuch) throw error
    throw new Unreadable('The Word document is broken.', { cause: error })
  }
}
