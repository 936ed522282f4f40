-- Operators follow a call to its events.
CREATE INDEX "Event_correlationId_sequence_idx" ON "Event" ("correlationId", "sequence");
