CREATE TABLE "Webhook" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "url" TEXT NOT NULL,
  "events" TEXT[],
  "enabled" BOOLEAN NOT NULL DEFAULT true,
  "ordering" TEXT NOT NULL DEFAULT 'none',
  "excludeClientIds" TEXT[] DEFAULT ARRAY[]::TEXT[],
  "ownerId" TEXT,
  "version" INTEGER NOT NULL DEFAULT 1,
  "lastSequence" BIGINT NOT NULL DEFAULT 0,
  "heldUntil" TIMESTAMPTZ(3),
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "deletedAt" TIMESTAMPTZ(3),
  CONSTRAINT "Webhook_pkey" PRIMARY KEY ("id")
-- `lastSequence` changes with every batch of events: room on the page keeps these updates away from the index.
) WITH (fillfactor = 50);

CREATE TABLE "WebhookCredential" (
  "id" TEXT NOT NULL,
  "webhookId" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "username" TEXT NOT NULL,
  "secret" TEXT NOT NULL,
  "validFrom" TIMESTAMPTZ(3) NOT NULL,
  "validTo" TIMESTAMPTZ(3),
  CONSTRAINT "WebhookCredential_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "WebhookCredential_webhookId_fkey" FOREIGN KEY ("webhookId") REFERENCES "Webhook" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "WebhookCredential_webhookId_validFrom_idx" ON "WebhookCredential" ("webhookId", "validFrom");

CREATE TABLE "Delivery" (
  "id" TEXT NOT NULL,
  "webhookId" TEXT NOT NULL,
  "eventId" TEXT NOT NULL,
  "eventType" TEXT NOT NULL,
  "eventSequence" BIGINT NOT NULL,
  "eventOccurredAt" TIMESTAMPTZ(3) NOT NULL,
  "subjectType" TEXT NOT NULL,
  "subjectId" TEXT NOT NULL,
  "ownerId" TEXT NOT NULL,
  "correlationId" TEXT,
  "previousSequence" BIGINT NOT NULL,
  "lane" TEXT NOT NULL,
  "orderKey" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "notBefore" TIMESTAMPTZ(3) NOT NULL,
  "attemptCount" INTEGER NOT NULL DEFAULT 0,
  "maxAttempts" INTEGER NOT NULL,
  "schedule" INTEGER[],
  "claimedBy" TEXT,
  "leaseUntil" TIMESTAMPTZ(3),
  "fence" BIGINT NOT NULL DEFAULT 0,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "succeededAt" TIMESTAMPTZ(3),
  "finishedAt" TIMESTAMPTZ(3),
  "lastStatus" INTEGER,
  "lastError" TEXT,
  CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Delivery_status_check" CHECK ("status" IN ('pending', 'sending', 'succeeded', 'dead', 'cancelled')),
  CONSTRAINT "Delivery_lane_check" CHECK ("lane" IN ('new', 'retry', 'replay'))
-- A queue leaves many dead rows behind: cleaned long before the usual fifth of the table.
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);
CREATE UNIQUE INDEX "Delivery_eventId_webhookId_key" ON "Delivery" ("eventId", "webhookId");
-- What waits, what is in flight, and what is unfinished: each index holds only these.
CREATE INDEX "Delivery_webhookId_lane_notBefore_eventSequence_idx" ON "Delivery" ("webhookId", "lane", "notBefore", "eventSequence") WHERE "status" = 'pending';
CREATE INDEX "Delivery_webhookId_claimedBy_lane_idx" ON "Delivery" ("webhookId", "claimedBy", "lane") WHERE "status" = 'sending';
CREATE INDEX "Delivery_webhookId_orderKey_eventSequence_idx" ON "Delivery" ("webhookId", "orderKey", "eventSequence") WHERE "status" IN ('pending', 'sending');
CREATE INDEX "Delivery_webhookId_id_idx" ON "Delivery" ("webhookId", "id");
CREATE INDEX "Delivery_subjectId_id_idx" ON "Delivery" ("subjectId", "id");
CREATE INDEX "Delivery_status_id_idx" ON "Delivery" ("status", "id");
CREATE INDEX "Delivery_finishedAt_idx" ON "Delivery" ("finishedAt") WHERE "finishedAt" IS NOT NULL;

CREATE TABLE "Attempt" (
  "id" TEXT NOT NULL,
  "occurredAt" TIMESTAMPTZ(3) NOT NULL,
  "deliveryId" TEXT NOT NULL,
  "webhookId" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "trigger" TEXT NOT NULL,
  "durationMs" DOUBLE PRECISION NOT NULL,
  "status" INTEGER,
  "errorClass" TEXT,
  "errorMessage" TEXT,
  "remoteAddress" TEXT,
  "timings" JSONB NOT NULL,
  "requestBytes" INTEGER NOT NULL,
  "responseBytes" INTEGER NOT NULL,
  "responseBody" TEXT,
  "responseTruncated" BOOLEAN NOT NULL,
  "nextAttemptAt" TIMESTAMPTZ(3),
  "interrupted" BOOLEAN NOT NULL,
  CONSTRAINT "Attempt_pkey" PRIMARY KEY ("occurredAt", "id")
) PARTITION BY RANGE ("occurredAt");
CREATE TABLE "Attempt_default" PARTITION OF "Attempt" DEFAULT;
CREATE INDEX "Attempt_deliveryId_occurredAt_idx" ON "Attempt" ("deliveryId", "occurredAt");
