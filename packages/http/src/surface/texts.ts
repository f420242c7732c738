/** What people read where nothing more can be said than what a status says. */
export const surfaceTexts = {
  otherwise: "Something went wrong.",
  home: (name: string) => `Go to ${name}`,
  byStatus: {
    400: "The request was not understood. Go back, and try again.",
    401: "You are not logged in.",
    403: "You may not do this. If you came from another site, open this one directly and try again.",
    404: "There is nothing at this address.",
    405: "This address does not take this kind of request.",
    409: "Something changed in the meantime. Go back, and try again.",
    413: "What was sent is too large.",
    415: "This server does not accept data in that format.",
    422: "Something in the form was not right. Go back, and check it.",
    429: "There were too many attempts. Wait a little, and try again.",
    500: "Something went wrong on our side.",
    503: "This is not available just now. Try again in a moment."
  } as Readonly<Record<number, string>>
} as const
