/** What alterations share. */
export const nothing = (): void => undefined;
