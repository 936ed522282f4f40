-- Counts of calls per minute, quarter of an hour and two hours, so that statistics need not read the calls.
CREATE TABLE "AuditRollup" (
  "resolution" text NOT NULL,
  "start" timestamptz(3) NOT NULL,
  "direction" text NOT NULL,
  "statusClass" smallint NOT NULL,
  "count" bigint NOT NULL,
  "histogram" integer[] NOT NULL,
  PRIMARY KEY ("resolution", "start", "direction", "statusClass")
);

CREATE TABLE "AuditRollupParty" (
  "resolution" text NOT NULL,
  "start" timestamptz(3) NOT NULL,
  "kind" text NOT NULL,
  "key" text NOT NULL,
  "name" text,
  "count" bigint NOT NULL,
  "failed" bigint NOT NULL,
  PRIMARY KEY ("resolution", "start", "kind", "key")
);

-- One row: up to where calls are counted; null before the first time.
CREATE TABLE "AuditRollupState" (
  "id" integer PRIMARY KEY DEFAULT 1,
  "rolledTo" timestamptz(3)
);
INSERT INTO "AuditRollupState" ("id") VALUES (1);
