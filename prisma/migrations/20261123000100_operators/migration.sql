CREATE TABLE "Operator" (
  "id" TEXT NOT NULL,
  "email" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "passwordHash" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "enabled" BOOLEAN NOT NULL DEFAULT true,
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "lastSignInAt" TIMESTAMPTZ(3),
  CONSTRAINT "Operator_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Operator_role_known" CHECK ("role" IN ('viewer', 'operator', 'admin'))
);
CREATE UNIQUE INDEX "Operator_email_key" ON "Operator" ("email");

CREATE TABLE "OperatorSession" (
  "id" TEXT NOT NULL,
  "operatorId" TEXT NOT NULL,
  "tokenHash" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
  "idleExpiresAt" TIMESTAMPTZ(3) NOT NULL,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL,
  "ip" TEXT,
  "userAgent" TEXT,
  CONSTRAINT "OperatorSession_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "OperatorSession_tokenHash_key" ON "OperatorSession" ("tokenHash");
CREATE INDEX "OperatorSession_operatorId_idx" ON "OperatorSession" ("operatorId");
CREATE INDEX "OperatorSession_idleExpiresAt_idx" ON "OperatorSession" ("idleExpiresAt");
ALTER TABLE "OperatorSession" ADD CONSTRAINT "OperatorSession_operatorId_fkey"
  FOREIGN KEY ("operatorId") REFERENCES "Operator" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
