import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"

/** What is made of a fiber's end: at once if it has ended, as it has where the store answers at once, and else in time. */
export const whenEnded = <Value, Failure, Made>(
  fiber: Fiber.Fiber<Value, Failure>,
  make: (exit: Exit.Exit<Value, Failure>) => Made | Promise<Made>
): Made | Promise<Made> => {
  const exit = fiber.pollUnsafe()
  return exit === undefined ? inTime(fiber, make) : make(exit)
}

/** What is made of the end of a fiber that has not ended yet. */
export const inTime = <Value, Failure, Made>(
  fiber: Fiber.Fiber<Value, Failure>,
  make: (exit: Exit.Exit<Value, Failure>) => Made | Promise<Made>
): Promise<Made> =>
  new Promise((resolve) => {
    fiber.addObserver((exit) => resolve(make(exit)))
  })
