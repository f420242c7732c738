/** The HTTP surface of Latchkey as one web-standard handler. Adapters mount it; hosts use an adapter. */
export { Brand, Layout, Navigation } from "./pages/layout.tsx"
export { stylesheetPath } from "./pages/stylesheet.ts"
export {
  defaultPages,
  type LoginView,
  type LogoutView,
  type Markup,
  type MessageView,
  type NavigationEntry,
  type Page,
  type Pages,
  type PageView,
  type ProfileView,
  type RegisterView,
  type ScopeChoice,
  type SessionView,
  type SetupView,
  type Site,
  type TokensView,
  type TokenView
} from "./pages/views.ts"
export type { Guard, Verdict } from "./surface/guard.ts"
export { type Head, headOf, targetOf } from "./surface/head.ts"
export { navigation } from "./surface/navigation.ts"
export { makeSurface, type Surface } from "./surface/surface.ts"
export type { SurfaceOptions } from "./surface/toolkit.ts"
