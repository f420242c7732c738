/** What people read of a refusal that no page of its own tells, by status. */
export const surfaceTexts = {
  otherwise: { title: "Error", text: "Something went wrong." },
  home: (name: string) => `Go to ${name}`,
  byStatus: {
    400: { title: "Bad Request", text: "The request was not understood. Go back, and try again." },
    401: { title: "Unauthorized", text: "You are not logged in." },
    403: {
      title: "Forbidden",
      text: "You may not do this. If you came from another site, open this one directly and try again."
    },
    404: { title: "Not Found", text: "There is nothing at this address." },
    405: { title: "Method Not Allowed", text: "This address does not take this kind of request." },
    409: { title: "Conflict", text: "Something changed in the meantime. Go back, and try again." },
    413: { title: "Content Too Large", text: "What was sent is too large." },
    415: { title: "Unsupported Media Type", text: "This server does not accept data in that format." },
    422: { title: "Unprocessable Content", text: "Something in the form was not right. Go back, and check it." },
    429: { title: "Too Many Requests", text: "There were too many attempts. Wait a little, and try again." },
    500: { title: "Internal Server Error", text: "Something went wrong on our side." },
    503: { title: "Service Unavailable", text: "This is not available just now. Try again in a moment." }
  } as Readonly<Record<number, { readonly title: string; readonly text: string }>>
} as const
