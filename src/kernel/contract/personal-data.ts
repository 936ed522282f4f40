// What of calls and events is about people, as those who let it out see it.

export interface PersonalData {
  /** A request or an answer of an operation, as it may be shown now. Text that is not whole JSON is not shown at all while something has to be hidden. */
  ofBody: (operation: string | null, json: string) => string
  /** The envelope of an event, as it may be shown or sent now. */
  ofEvent: (envelope: string) => string
}
