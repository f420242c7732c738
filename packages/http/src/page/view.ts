import type { HtmlEscapedString } from "hono/utils/html"
import type { Texts } from "../texts/texts.ts"

/**
 * JSX, or the text of the tagged template `html`: its dynamic parts are escaped when `renderPage` prints it. It is the type of an
 * element in `hono/jsx`, whose own types need those of the DOM: who compiles without them must not meet them here.
 */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

/** What can be inside of an element. */
export type Content = Markup | Promise<string> | string | number | boolean | null | undefined | Array<Content>

/**
 * A page is a pure function from its view to a whole document; a host replaces one with another function. A plain string is
 * sent as it is: whoever makes it escapes the values in it.
 */
export type Page<View> = (view: View) => Markup | string

/** The paths that pages of other features link to, as browsers request them. A host may have moved them. */
export interface PagePaths {
  /** Where people log in: the login page, or in mode `basic` a page for which the browser asks for the password. */
  readonly login: string
  readonly logout: string
  readonly register: string
  readonly setup: string
  /** Where people choose another password, and those go first who must. */
  readonly password: string
  readonly profile: string
  readonly tokens: string
  /** Where administrators look for users. */
  readonly admin: string
  /** Where administrators change settings. */
  readonly settings: string
  /** Where an administrator who acts as somebody else sees that, and stops. */
  readonly impersonation: string
  /** Where people enter the code of a program that asks to log in. In mode `session` only. */
  readonly cliLogin: string
  /** Where people ask for a link to choose a new password. */
  readonly forgot: string
  /** Where people ask for a link to verify their address. */
  readonly verifyEmail: string
}

/** The parts that are the same on every page of an application. */
export interface Site {
  /** The application's name, in the header and in every title. */
  readonly name: string
  /** Where the name in the header links to; null makes it plain text. */
  readonly home: string | null
  /** The path of the stylesheet. It changes with the content. */
  readonly stylesheet: string
  /** The path of the host's own stylesheet, which comes after it; null without one. */
  readonly hostStylesheet: string | null
  /** The path of the script, the only one that the pages' policy allows. It changes with the content. */
  readonly script: string
  /** The path of the picture beside the name; null for the built-in mark. */
  readonly logo: string | null
  /** Whether the site runs with `unsafeDevMode`, which every page says (HTM-20). */
  readonly unsafeDevMode: boolean
  readonly paths: PagePaths
}

/** One entry of the menu: a link, or a form with one button when it changes something. */
export interface NavigationEntry {
  readonly label: string
  readonly href: string
  /** Whether the reader is on this page. */
  readonly current?: boolean | undefined
  readonly method?: "post" | undefined
}

/** An administrator who acts in the user's place. */
export interface ActingView {
  /** The name of the user. */
  readonly as: string
  /** POST here ends it. */
  readonly stopPath: string
}

/** What every view has. */
export interface PageView {
  readonly site: Site
  /** Every sentence, in the language of this request. */
  readonly texts: Texts
  /** The name of the user who is logged in; null if nobody is. */
  readonly loggedInAs: string | null
  /** Null unless an administrator acts as the user who is logged in. Every page says so, and has a way to stop (IMP-08). */
  readonly impersonation: ActingView | null
  /** Shown in the header in this order; empty if nobody is logged in. */
  readonly navigation: ReadonlyArray<NavigationEntry>
}
