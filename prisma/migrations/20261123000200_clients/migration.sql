CREATE TABLE "ApiClient" (
  "id" TEXT NOT NULL,
  "clientId" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "description" TEXT,
  "ownerId" TEXT NOT NULL,
  "enabled" BOOLEAN NOT NULL DEFAULT true,
  "tokenVersion" INTEGER NOT NULL DEFAULT 1,
  "scopes" TEXT[],
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "createdBy" TEXT NOT NULL,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "lastUsedAt" TIMESTAMPTZ(3),
  "lastUsedIp" TEXT,
  "deletedAt" TIMESTAMPTZ(3),
  CONSTRAINT "ApiClient_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "ApiClient_clientId_key" ON "ApiClient" ("clientId");

CREATE TABLE "ApiClientSecret" (
  "id" TEXT NOT NULL,
  "apiClientId" TEXT NOT NULL,
  "hmac" TEXT NOT NULL,
  "pepperId" INTEGER NOT NULL,
  "last4" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "createdBy" TEXT NOT NULL,
  "expiresAt" TIMESTAMPTZ(3),
  "lastUsedAt" TIMESTAMPTZ(3),
  "lastUsedIp" TEXT,
  CONSTRAINT "ApiClientSecret_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "ApiClientSecret_apiClientId_fkey" FOREIGN KEY ("apiClientId") REFERENCES "ApiClient" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "ApiClientSecret_apiClientId_idx" ON "ApiClientSecret" ("apiClientId");
