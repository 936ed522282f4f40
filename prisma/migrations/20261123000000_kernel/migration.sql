CREATE TABLE "Installation" (
  "id" INTEGER NOT NULL DEFAULT 1,
  "keyFingerprint" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Installation_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Installation_single" CHECK ("id" = 1)
);

CREATE TABLE "Owner" (
  "id" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "active" BOOLEAN NOT NULL DEFAULT true,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Owner_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Owner_code_key" ON "Owner" ("code");
INSERT INTO "Owner" ("id", "code", "name") VALUES ('own_00000000000000000000000000', 'default', 'Default owner');

CREATE TABLE "PluginSwitch" (
  "id" TEXT NOT NULL,
  "enabled" BOOLEAN NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 1,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedBy" TEXT,
  CONSTRAINT "PluginSwitch_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "OperationSwitch" (
  "id" TEXT NOT NULL,
  "enabled" BOOLEAN,
  "settings" JSONB NOT NULL DEFAULT '{}',
  "version" INTEGER NOT NULL DEFAULT 1,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedBy" TEXT,
  CONSTRAINT "OperationSwitch_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "StateVersion" (
  "topic" TEXT NOT NULL,
  "version" BIGINT NOT NULL DEFAULT 1,
  CONSTRAINT "StateVersion_pkey" PRIMARY KEY ("topic")
);

CREATE TABLE "IdempotencyRecord" (
  "clientId" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "method" TEXT NOT NULL,
  "path" TEXT NOT NULL,
  "bodySha256" TEXT NOT NULL,
  "status" INTEGER NOT NULL,
  "headers" JSONB NOT NULL,
  "body" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "IdempotencyRecord_pkey" PRIMARY KEY ("clientId", "key")
);
CREATE INDEX "IdempotencyRecord_createdAt_idx" ON "IdempotencyRecord" ("createdAt");

CREATE TABLE "EventOutbox" (
  "position" BIGSERIAL NOT NULL,
  "id" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "subjectType" TEXT NOT NULL,
  "subjectId" TEXT NOT NULL,
  "ownerId" TEXT NOT NULL,
  "actorType" TEXT NOT NULL,
  "actorId" TEXT,
  "correlationId" TEXT,
  "occurredAt" TIMESTAMPTZ(3) NOT NULL,
  "draft" TEXT NOT NULL,
  CONSTRAINT "EventOutbox_pkey" PRIMARY KEY ("position")
);

CREATE TABLE "EventCounter" (
  "id" INTEGER NOT NULL DEFAULT 1,
  "last" BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT "EventCounter_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "EventCounter_single" CHECK ("id" = 1)
);
INSERT INTO "EventCounter" ("id") VALUES (1);

CREATE TABLE "Event" (
  "sequence" BIGINT NOT NULL,
  "id" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "subjectType" TEXT NOT NULL,
  "subjectId" TEXT NOT NULL,
  "ownerId" TEXT NOT NULL,
  "actorType" TEXT NOT NULL,
  "actorId" TEXT,
  "correlationId" TEXT,
  "occurredAt" TIMESTAMPTZ(3) NOT NULL,
  "envelope" TEXT NOT NULL,
  CONSTRAINT "Event_pkey" PRIMARY KEY ("sequence", "occurredAt")
) PARTITION BY RANGE ("occurredAt");
CREATE TABLE "Event_default" PARTITION OF "Event" DEFAULT;
CREATE INDEX "Event_id_idx" ON "Event" ("id");
CREATE INDEX "Event_subjectId_sequence_idx" ON "Event" ("subjectId", "sequence");
CREATE INDEX "Event_type_sequence_idx" ON "Event" ("type", "sequence");
