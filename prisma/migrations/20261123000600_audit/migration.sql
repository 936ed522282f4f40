CREATE TABLE "Audit" (
  "seq" BIGSERIAL NOT NULL,
  "occurredAt" TIMESTAMPTZ(3) NOT NULL,
  "direction" TEXT NOT NULL,
  "requestId" TEXT NOT NULL,
  "correlationId" TEXT NOT NULL,
  "actorType" TEXT,
  "actorId" TEXT,
  "actorName" TEXT,
  "secretLast4" TEXT,
  "sessionId" TEXT,
  "claimedId" TEXT,
  "ip" TEXT,
  "method" TEXT NOT NULL,
  "route" TEXT,
  "path" TEXT NOT NULL,
  "operation" TEXT,
  "status" INTEGER,
  "statusClass" SMALLINT NOT NULL,
  "durationMs" DOUBLE PRECISION NOT NULL,
  "requestBytes" BIGINT NOT NULL,
  "responseBytes" BIGINT NOT NULL,
  "requestSha256" BYTEA,
  "responseSha256" BYTEA,
  "errorCode" TEXT,
  "requestHeaders" JSONB,
  "responseHeaders" JSONB,
  "requestTruncated" BOOLEAN NOT NULL,
  "responseTruncated" BOOLEAN NOT NULL,
  "entities" TEXT[],
  "changes" JSONB,
  "webhookId" TEXT,
  "webhookName" TEXT,
  "eventId" TEXT,
  "eventType" TEXT,
  "deliveryId" TEXT,
  "attempt" INTEGER,
  "maxAttempts" INTEGER,
  "trigger" TEXT,
  "nextAttemptAt" TIMESTAMPTZ(3),
  "remoteAddress" TEXT,
  "tlsVersion" TEXT,
  "timings" JSONB,
  "errorClass" TEXT,
  CONSTRAINT "Audit_pkey" PRIMARY KEY ("occurredAt", "seq")
) PARTITION BY RANGE ("occurredAt");
CREATE TABLE "Audit_default" PARTITION OF "Audit" DEFAULT;

-- Each answers one filter in the order of the list. Partial where it can be: a row pays only for what it has.
CREATE INDEX "Audit_requestId_occurredAt_seq_idx" ON "Audit" ("requestId", "occurredAt", "seq");
CREATE INDEX "Audit_correlationId_occurredAt_seq_idx" ON "Audit" ("correlationId", "occurredAt", "seq");
CREATE INDEX "Audit_ip_occurredAt_seq_idx" ON "Audit" ("ip", "occurredAt", "seq");
CREATE INDEX "Audit_actorId_occurredAt_seq_idx" ON "Audit" ("actorId", "occurredAt", "seq") WHERE "actorId" IS NOT NULL;
CREATE INDEX "Audit_operation_occurredAt_seq_idx" ON "Audit" ("operation", "occurredAt", "seq") WHERE "operation" IS NOT NULL;
CREATE INDEX "Audit_route_occurredAt_seq_idx" ON "Audit" ("route", "occurredAt", "seq") WHERE "route" IS NOT NULL;
CREATE INDEX "Audit_claimedId_occurredAt_seq_idx" ON "Audit" ("claimedId", "occurredAt", "seq") WHERE "claimedId" IS NOT NULL;
CREATE INDEX "Audit_direction_occurredAt_seq_idx" ON "Audit" ("direction", "occurredAt", "seq") WHERE "direction" <> 'in';
CREATE INDEX "Audit_method_occurredAt_seq_idx" ON "Audit" ("method", "occurredAt", "seq") WHERE "method" <> 'GET';
CREATE INDEX "Audit_status_occurredAt_seq_idx" ON "Audit" ("status", "occurredAt", "seq") WHERE "status" <> 200;
CREATE INDEX "Audit_statusClass_occurredAt_seq_idx" ON "Audit" ("statusClass", "occurredAt", "seq") WHERE "statusClass" <> 2;
CREATE INDEX "Audit_webhookId_occurredAt_seq_idx" ON "Audit" ("webhookId", "occurredAt", "seq") WHERE "webhookId" IS NOT NULL;
CREATE INDEX "Audit_eventId_occurredAt_seq_idx" ON "Audit" ("eventId", "occurredAt", "seq") WHERE "eventId" IS NOT NULL;
CREATE INDEX "Audit_eventType_occurredAt_seq_idx" ON "Audit" ("eventType", "occurredAt", "seq") WHERE "eventType" IS NOT NULL;
CREATE INDEX "Audit_deliveryId_occurredAt_seq_idx" ON "Audit" ("deliveryId", "occurredAt", "seq") WHERE "deliveryId" IS NOT NULL;
CREATE INDEX "Audit_entities_idx" ON "Audit" USING GIN ("entities") WHERE "entities" IS NOT NULL;

-- Bodies live apart: most calls are reads and have none, and they are kept for a shorter time.
CREATE TABLE "AuditBody" (
  "seq" BIGINT NOT NULL,
  "occurredAt" TIMESTAMPTZ(3) NOT NULL,
  "requestBody" TEXT,
  "responseBody" TEXT,
  CONSTRAINT "AuditBody_pkey" PRIMARY KEY ("occurredAt", "seq")
) PARTITION BY RANGE ("occurredAt");
CREATE TABLE "AuditBody_default" PARTITION OF "AuditBody" DEFAULT;
