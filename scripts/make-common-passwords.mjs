// Writes packages/core/src/password/common-passwords.ts from the installed package @zxcvbn-ts/language-common:
// node scripts/make-common-passwords.mjs. Without --write it only says whether the file is as it would write it.
import { readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { passwordProblem } from "../packages/core/src/password/password-rules.ts"

const FILE = new URL("../packages/core/src/password/common-passwords.ts", import.meta.url)
const PACKAGE = "@zxcvbn-ts/language-common"

/** The default policy asks for 15 characters; a policy may allow passwords from 8. */
const LONG = 15
const SHORTEST = 8
const MOST_SHORT = 4_000
const MOST_LONG = 3_127

/** Written for this list: names and sayings that many people know, and some take as a password. The source has few that are so long. */
const FAMOUS = `
  cristianoronaldo manchesterunited manchestercity1 tottenhamhotspur newcastleunited liverpoolfootball bayernmunchen1900
  borussiadortmund deportivolacoruna newyorkyankees losangeleslakers goldenstatewarriors dallascowboys123 pittsburghsteelers
  michaelschumacher lewishamilton44 diegoarmandomaradona zinedinezidane10 zlatanibrahimovic robertlewandowski
  leonardodicaprio arnoldschwarzenegger marilynmonroe123 christinaaguilera jenniferaniston whitneyhouston michaeljackson1
  redhotchilipeppers systemofadown123 avengedsevenfold thirtysecondstomars bulletformyvalentine panicatthedisco
  mychemicalromance stairwaytoheaven smellsliketeenspirit bohemianrhapsody knockinonheavensdoor enterthesandman
  worldofwarcraft grandtheftauto5 needforspeed123 leagueoflegends callofduty12345 counterstrike16 assassinscreed1
  pokemonmasterball legendofzelda123 finalfantasy123 metalgearsolid1 harrypotter12345 hermionegranger albusdumbledore
  thelordoftherings lordoftherings1 maytheforcebewithyou lukeskywalker123 darthvader12345 winteriscoming1 gameofthrones1
  thewalkingdead1 howimetyourmother friendsforever1 thebigbangtheory desperatehousewives piratesofthecaribbean
  captainjacksparrow spongebobsquarepants teenagemutantninjaturtles supercalifragilisticexpialidocious
  correcthorsebatterystaple thequickbrownfox thequickbrownfoxjumpsoverthelazydog loremipsumdolorsitamet
  ihateyouforever iloveyouforever iloveyousomuch1 iloveyouverymuch iloveyoubaby123 iloveyoumommy12 iloveyoudaddy12
  jesuslovesyou12 jesusismysavior godblessamerica ilovejesuschrist inthenameofgod1 letmeinplease12 letmeinletmein1
  openthedoorplease changemechangeme thisismypassword mypasswordisgood neversaymypassword whatisthepassword
  idontknowmypassword iforgotmypassword passwordispassword mysecretpassword adminadminadmin administrator123
  administratorpassword defaultpassword temporarypassword welcomewelcome1 welcometothejungle
  happybirthdaytoyou merrychristmas1 happynewyear2025 happynewyear2026 bestfriendsforever
`

/** In the form in which passwords are compared. No address, and nothing that a template literal would read as its own. */
const isListable = (word) => /^[!-~]+$/.test(word) && !/[@`\\]/.test(word) && !word.includes("${")

/** What the rules of core refuse without a list needs no place in it. */
const isNew = (word) =>
  passwordProblem(word, { minimum: SHORTEST, maximum: 256 }, { names: [], common: new Set() }) === null

/** Two of the most common, one after the other: those first that a guesser tries first, as likely as both together. */
const joined = (words) => {
  const pairs = words.flatMap((first, i) =>
    words.map((second, j) => ({ text: first + second, rank: (i + 1) * (j + 1) }))
  )
  return pairs.sort((a, b) => a.rank - b.rank || (a.text < b.text ? -1 : 1)).map(({ text }) => text)
}

/** Two entries of the list end up on one line as long as it has room. */
const lines = (words) => {
  const made = [""]
  for (const word of words) {
    const line = `${made.at(-1)} ${word}`.trim()
    if (line.length <= 116) made[made.length - 1] = line
    else made.push(word)
  }
  return made.join("\n")
}

export const makeFile = () => {
  const require = createRequire(import.meta.url)
  const { version } = require(`${PACKAGE}/package.json`)
  const entries = require(`${PACKAGE}/src/passwords.json`)
  const words = [...new Set(entries.map((entry) => entry.toLowerCase()))].filter(isListable)
  const own = words.filter((word) => word.length >= LONG)
  const pairs = joined(words.slice(0, 1_000)).filter((word) => word.length >= LONG && isNew(word))
  const famous = FAMOUS.trim()
    .split(/\s+/)
    .filter((word) => word.length >= LONG && isNew(word))
  const long = [...new Set([...own, ...famous, ...pairs])].slice(0, MOST_LONG)
  const short = words.filter((word) => word.length >= SHORTEST && word.length < LONG).slice(0, MOST_SHORT)
  return `/**
 * Data, not code: passwords that guessers try first, in lower case, in order of use. Load it only where a password is chosen.
 *
 * Source: ${PACKAGE} ${version}, (c) Dan Wheeler, Dropbox and zxcvbn-ts, MIT License.
 * Made by scripts/make-common-passwords.mjs: of 15 characters and more all that the source has (${own.length}), then ${famous.length} names and
 * sayings that were written for this list, then two of the source's most common
 * joined, the likeliest first; then of 8 to 14 characters the first ${short.length}.
 */
const TEXT = \`
${lines([...long, ...short])}
\`

export const commonPasswords: ReadonlySet<string> = new Set(TEXT.trim().split(/\\s/))
`
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const made = makeFile()
  const isWritten = process.argv.includes("--write")
  if (isWritten) writeFileSync(FILE, made)
  else if (readFileSync(FILE, "utf8") !== made) {
    console.error(
      "common-passwords.ts is not what its source makes: run node scripts/make-common-passwords.mjs --write"
    )
    process.exitCode = 1
  }
}
