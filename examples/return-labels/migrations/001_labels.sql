-- Applied once, before the plugin registers. Names of its own: other plugins have tables too.
CREATE TABLE "ReturnLabel" (
    "id" TEXT PRIMARY KEY,
    "ownerId" TEXT NOT NULL REFERENCES "Owner" ("id"),
    "number" TEXT NOT NULL,
    "orderRef" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "reason" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX "ReturnLabel_number_key" ON "ReturnLabel" ("number");
CREATE INDEX "ReturnLabel_ownerId_updatedAt_id_idx" ON "ReturnLabel" ("ownerId", "updatedAt", "id");
CREATE SEQUENCE "ReturnLabel_number_seq";
