import type { Texts } from "./texts.ts"

/** What a scope allows, in the language of a catalogue that says it, or else in the words of the settings. */
export const scopeText = ({ tokens: { scopes } }: Texts, name: string, about: string): string =>
  Object.hasOwn(scopes, name) ? (scopes[name] ?? about) : about
