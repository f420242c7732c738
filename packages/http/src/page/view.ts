import type { JSX } from "hono/jsx/jsx-runtime"
import { LoginPage } from "../login/page.tsx"
import { LogoutPage } from "../login/logout-page.tsx"
import { MessagePage } from "./message.tsx"
import { ProfilePage } from "../profile/page.tsx"
import { RegisterPage } from "../register/page.tsx"
import { SetupPage } from "../setup/page.tsx"
import { TokensPage } from "../tokens/page.tsx"

/** What a page returns: JSX, whose dynamic parts are escaped when `renderPage` prints it. */
export type Markup = JSX.Element

/** A page is a pure function from its view to markup; a host replaces one by giving another function. */
export type Page<View> = (view: View) => Markup

/** Milliseconds since 1970-01-01 UTC. */
export type Instant = number

/** What users log in by, and therefore which fields the forms have. */
export type Logins = "username" | "email" | "both"

/** Where links and forms go. Routes can be moved, so no page knows a path by heart. */
export interface PagePaths {
  readonly login: string
  readonly logout: string
  readonly register: string
  readonly setup: string
  readonly profile: string
  readonly profileDetails: string
  readonly profilePassword: string
  readonly revokeOtherSessions: string
  readonly tokens: string
}

/** What is the same on every page of an application. */
export interface Site {
  /** The application's name, in the header and in every title. */
  readonly name: string
  /** Where the name in the header leads; null makes it plain text. */
  readonly home: string | null
  /** The url of the stylesheet, see `stylesheetPath`. */
  readonly stylesheet: string
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

/** What every view has. */
export interface PageView {
  readonly site: Site
  /** Shown in the header in this order; empty where nobody is logged in. */
  readonly navigation: ReadonlyArray<NavigationEntry>
}

/** A sentence above the page's content that is not about a field. */
export interface Notice {
  readonly kind: "success" | "information" | "warning"
  readonly text: string
}

/** A sentence for each field in error, and `form` for one that belongs to no field. Empty means that all is well. */
export type FormErrors<Field extends string> = { readonly [Key in Field | "form"]?: string | undefined }

/** The rule for new passwords, said before anybody types one; lengths are in characters (code points). */
export interface PasswordRule {
  readonly minimum: number
  readonly maximum: number
}

/** GET /login, and POST /login when it failed. */
export interface LoginView extends PageView {
  readonly logins: Logins
  /** As typed before, else empty. */
  readonly username: string
  /** Where to go afterwards; null when the visitor came by themselves. */
  readonly next: string | null
  /** Whether to offer the register page. */
  readonly registrationOpen: boolean
  readonly notice: Notice | null
  readonly errors: FormErrors<"username" | "password">
}

/** GET /register, and POST /register when it failed. */
export interface RegisterView extends PageView {
  readonly logins: Logins
  readonly username: string
  readonly email: string
  readonly passwordRule: PasswordRule
  /** Kept in the link back to the login page. */
  readonly next: string | null
  readonly errors: FormErrors<"username" | "email" | "password">
}

/** How the one-time setup token gets into the form: not at all, from the link that was opened, or typed by the person. */
export type SetupToken =
  | { readonly kind: "unneeded" }
  | { readonly kind: "known"; readonly value: string }
  | { readonly kind: "asked" }

/** GET /setup/ while no administrator ever existed, and POST /setup/ when it failed. */
export interface SetupView extends PageView {
  readonly logins: Logins
  readonly username: string
  readonly email: string
  readonly passwordRule: PasswordRule
  readonly token: SetupToken
  readonly errors: FormErrors<"username" | "email" | "password" | "password_confirm" | "token">
}

/** One of the user's sessions. It holds no secret: the id ends it and proves nothing. */
export interface SessionView {
  readonly id: string
  /** The session that this very page was asked with. */
  readonly isCurrent: boolean
  readonly kind: "browser" | "bearer"
  readonly createdAt: Instant
  readonly lastSeenAt: Instant
  /** Null when it is not collected. */
  readonly ip: string | null
  /** Untrusted text from the client; null when it is not collected. */
  readonly userAgent: string | null
  /** POST here ends the session. */
  readonly revokePath: string
}

/** The form for username and e-mail, with what was typed (or else what is stored). */
export interface DetailsForm {
  readonly username: string
  readonly email: string
  readonly errors: FormErrors<"username" | "email" | "current_password">
}

/** GET /profile/, and the profile's POST routes when they failed. */
export interface ProfileView extends PageView {
  readonly logins: Logins
  /** What is stored now; a form may hold something else. */
  readonly user: { readonly username: string | null; readonly email: string | null }
  readonly details: DetailsForm
  /** Whether changing the details asks for the current password too. */
  readonly asksCurrentPassword: boolean
  readonly passwordRule: PasswordRule
  readonly passwordErrors: FormErrors<"current_password" | "password" | "password_confirm">
  /** Someone else chose the password: the page asks for a new one first. */
  readonly mustChangePassword: boolean
  /** False where the browser sends name and password by itself: nobody can make it forget them. */
  readonly canLogOut: boolean
  readonly sessions: ReadonlyArray<SessionView>
  /** For "5 minutes ago" beside the exact times. */
  readonly now: Instant
  readonly notice: Notice | null
}

/** One of the user's access tokens. It holds no secret: the id revokes it and proves nothing. */
export interface TokenView {
  readonly id: string
  readonly name: string
  /** The last characters of the token's text; empty for one of another system. */
  readonly hint: string
  readonly scopes: ReadonlyArray<string>
  readonly createdAt: Instant
  /** Null for never. */
  readonly expiresAt: Instant | null
  readonly lastUsedAt: Instant | null
  /** Another was made in its place: it goes on only until its end. */
  readonly isReplaced: boolean
  readonly isImported: boolean
  /** POST here revokes the token. */
  readonly revokePath: string
  /** POST here makes another in its place. */
  readonly rotatePath: string
}

/** Something a token can be allowed. */
export interface ScopeChoice {
  readonly name: string
  /** What it allows, in words. */
  readonly about: string
  /** The name its box is posted under. */
  readonly field: string
  readonly isChosen: boolean
}

/** GET /tokens/, and POST /tokens/ when it made a token or failed. */
export interface TokensView extends PageView {
  readonly user: { readonly username: string | null; readonly email: string | null }
  readonly tokens: ReadonlyArray<TokenView>
  /** The token that was just made, with its secret: this page is the only one that ever shows it. */
  readonly issued: { readonly name: string; readonly secret: string } | null
  readonly scopes: ReadonlyArray<ScopeChoice>
  /** Lifetimes to choose from: whole days, or `never`. */
  readonly lifetimes: ReadonlyArray<string>
  readonly form: {
    readonly name: string
    readonly expiresInDays: string
    readonly errors: FormErrors<"name" | "expires_in_days" | "scopes" | "current_password">
  }
  /** The log-in is too old to make tokens without the password. */
  readonly asksCurrentPassword: boolean
  /** Milliseconds that a rotated token goes on. */
  readonly overlap: number
  readonly now: Instant
  readonly notice: Notice | null
}

/** GET /logout: asks before it ends the session, because a link must not change anything. */
export interface LogoutView extends PageView {
  /** The name of who is logged in. */
  readonly user: string
  /** Where "stay logged in" leads. */
  readonly back: string
}

/** Refusals, failures and other plain outcomes. */
export interface MessageView extends PageView {
  readonly title: string
  readonly text: string
  /** The HTTP status, shown small for reports to whoever runs the site; null for outcomes that are no error. */
  readonly status: number | null
  readonly link: { readonly label: string; readonly href: string } | null
}

/** Every page by its name: the shape of the `pages` option. */
export interface Pages {
  readonly login: Page<LoginView>
  readonly register: Page<RegisterView>
  readonly setup: Page<SetupView>
  readonly profile: Page<ProfileView>
  readonly tokens: Page<TokensView>
  readonly logout: Page<LogoutView>
  readonly message: Page<MessageView>
}

/** The built-in pages. A host's own come on top: `{ ...defaultPages, ...pages }`. */
export const defaultPages: Pages = {
  login: LoginPage,
  register: RegisterPage,
  setup: SetupPage,
  profile: ProfilePage,
  tokens: TokensPage,
  logout: LogoutPage,
  message: MessagePage
}
