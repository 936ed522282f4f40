-- Batches, stock and its ledger. "" instead of NULL says "no batch": a unique key over a nullable column would not bind.
-- Nothing here refers to "Product" but "StockLevel": a row of it is made once, and makes its first writer wait for whoever archives the product.
CREATE TABLE "Batch" (
  "id" TEXT COLLATE "C" NOT NULL,
  "ownerId" TEXT COLLATE "C" NOT NULL,
  "productId" TEXT COLLATE "C" NOT NULL,
  "code" TEXT COLLATE "C" NOT NULL,
  "expiryDate" DATE,
  "bestBeforeDate" DATE,
  "manufacturedDate" DATE,
  "supplierBatch" TEXT,
  "countryOfOrigin" TEXT,
  "status" TEXT NOT NULL DEFAULT 'released',
  "statusReason" TEXT,
  "expiryNotice" TEXT NOT NULL DEFAULT 'none',
  "passingSince" TIMESTAMPTZ(3),
  "attributes" JSONB NOT NULL DEFAULT '{}',
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Batch_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Batch_status_known" CHECK ("status" IN ('released', 'quarantined', 'blocked', 'recalled')),
  CONSTRAINT "Batch_expiryNotice_known" CHECK ("expiryNotice" IN ('none', 'expiring', 'expired')),
  CONSTRAINT "Batch_dates" CHECK ("manufacturedDate" IS NULL OR "expiryDate" IS NULL OR "expiryDate" >= "manufacturedDate")
);
CREATE UNIQUE INDEX "Batch_productId_code_key" ON "Batch" ("productId", "code");
CREATE INDEX "Batch_ownerId_updatedAt_id_idx" ON "Batch" ("ownerId", "updatedAt", "id");
CREATE INDEX "Batch_productId_updatedAt_id_idx" ON "Batch" ("productId", "updatedAt", "id");
CREATE INDEX "Batch_ownerId_code_idx" ON "Batch" ("ownerId", "code");
CREATE INDEX "Batch_ownerId_expiryDate_id_idx" ON "Batch" ("ownerId", "expiryDate", "id");
-- What Prisma's models can't say: the few batches that are not released, those whose expiry nobody was told of yet, and those that are
-- expired in one time zone and not in another.
CREATE INDEX "Batch_not_released_idx" ON "Batch" ("ownerId", "status", "updatedAt", "id") WHERE "status" <> 'released';
CREATE INDEX "Batch_not_told_idx" ON "Batch" ("expiryNotice", "expiryDate") WHERE "expiryNotice" <> 'expired';
CREATE INDEX "Batch_passing_idx" ON "Batch" ("expiryDate") WHERE "passingSince" IS NOT NULL;

CREATE TABLE "StockLevel" (
  "productId" TEXT COLLATE "C" NOT NULL,
  "warehouseId" TEXT COLLATE "C" NOT NULL,
  "ownerId" TEXT COLLATE "C" NOT NULL,
  "backordered" DECIMAL(15,4) NOT NULL DEFAULT 0,
  "alert" TEXT NOT NULL DEFAULT 'out',
  "lastSeq" BIGINT NOT NULL DEFAULT 0,
  "version" INTEGER NOT NULL DEFAULT 0,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "StockLevel_pkey" PRIMARY KEY ("productId", "warehouseId"),
  CONSTRAINT "StockLevel_alert_known" CHECK ("alert" IN ('none', 'low', 'out')),
  CONSTRAINT "StockLevel_backordered_not_negative" CHECK ("backordered" >= 0)
);
CREATE INDEX "StockLevel_ownerId_updatedAt_productId_warehouseId_idx" ON "StockLevel" ("ownerId", "updatedAt", "productId", "warehouseId");
CREATE INDEX "StockLevel_ownerId_warehouseId_updatedAt_productId_idx" ON "StockLevel" ("ownerId", "warehouseId", "updatedAt", "productId");
ALTER TABLE "StockLevel" ADD CONSTRAINT "StockLevel_productId_fkey"
  FOREIGN KEY ("productId") REFERENCES "Product" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "StockLevel" ADD CONSTRAINT "StockLevel_warehouseId_fkey"
  FOREIGN KEY ("warehouseId") REFERENCES "Warehouse" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "StockItem" (
  "productId" TEXT COLLATE "C" NOT NULL,
  "warehouseId" TEXT COLLATE "C" NOT NULL,
  "batchId" TEXT COLLATE "C" NOT NULL DEFAULT '',
  "locationId" TEXT COLLATE "C" NOT NULL,
  "status" TEXT COLLATE "C" NOT NULL,
  "onHand" DECIMAL(15,4) NOT NULL,
  "reserved" DECIMAL(15,4) NOT NULL,
  "receivedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "StockItem_pkey" PRIMARY KEY ("productId", "warehouseId", "batchId", "locationId", "status"),
  CONSTRAINT "StockItem_status_known" CHECK ("status" IN ('available', 'quality', 'quarantine', 'damaged', 'blocked')),
  CONSTRAINT "StockItem_reserved_not_negative" CHECK ("reserved" >= 0),
  -- A warehouse may allow what is on hand to go below zero, but nobody can have reserved it.
  CONSTRAINT "StockItem_reserved_on_hand" CHECK ("reserved" = 0 OR "reserved" <= "onHand"),
  CONSTRAINT "StockItem_batch_not_negative" CHECK ("batchId" = '' OR "onHand" >= 0)
);
-- A product that lives long has many keys where nothing lies any more.
CREATE INDEX "StockItem_not_empty_idx" ON "StockItem" ("productId", "warehouseId") WHERE "onHand" <> 0 OR "reserved" <> 0;
CREATE INDEX "StockItem_batchId_idx" ON "StockItem" ("batchId") WHERE "batchId" <> '';
ALTER TABLE "StockItem" ADD CONSTRAINT "StockItem_productId_warehouseId_fkey"
  FOREIGN KEY ("productId", "warehouseId") REFERENCES "StockLevel" ("productId", "warehouseId") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "StockMovement" (
  "seq" BIGSERIAL NOT NULL,
  "groupId" TEXT COLLATE "C" NOT NULL,
  "ownerId" TEXT COLLATE "C" NOT NULL,
  "type" TEXT NOT NULL,
  "productId" TEXT COLLATE "C" NOT NULL,
  "batchId" TEXT COLLATE "C" NOT NULL DEFAULT '',
  "qty" DECIMAL(15,4) NOT NULL,
  "warehouseId" TEXT COLLATE "C" NOT NULL,
  "fromLocationId" TEXT COLLATE "C",
  "fromStatus" TEXT,
  "toLocationId" TEXT COLLATE "C",
  "toStatus" TEXT,
  "balanceFromAfter" DECIMAL(15,4),
  "balanceToAfter" DECIMAL(15,4),
  "reasonCode" TEXT,
  "note" TEXT,
  "docType" TEXT,
  "docId" TEXT COLLATE "C",
  "docLineNo" INTEGER,
  "actorType" TEXT NOT NULL,
  "actorId" TEXT,
  "requestId" TEXT,
  "reversalOf" BIGINT,
  "postedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "StockMovement_pkey" PRIMARY KEY ("seq"),
  CONSTRAINT "StockMovement_qty_positive" CHECK ("qty" > 0),
  CONSTRAINT "StockMovement_moves" CHECK ("fromLocationId" IS NOT NULL OR "toLocationId" IS NOT NULL)
);
CREATE UNIQUE INDEX "StockMovement_reversed_once" ON "StockMovement" ("reversalOf") WHERE "reversalOf" IS NOT NULL;
CREATE INDEX "StockMovement_ownerId_postedAt_seq_idx" ON "StockMovement" ("ownerId", "postedAt", "seq");
CREATE INDEX "StockMovement_ownerId_type_postedAt_seq_idx" ON "StockMovement" ("ownerId", "type", "postedAt", "seq");
CREATE INDEX "StockMovement_productId_postedAt_seq_idx" ON "StockMovement" ("productId", "postedAt", "seq");
CREATE INDEX "StockMovement_docId_seq_idx" ON "StockMovement" ("docId", "seq");
CREATE INDEX "StockMovement_batch_idx" ON "StockMovement" ("batchId", "postedAt", "seq") WHERE "batchId" <> '';

-- The ledger is append-only: a mistake is put right by a movement that says so.
CREATE FUNCTION "StockMovement_refuse_change" () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the stock ledger is append-only: post a compensating movement instead' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "StockMovement_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "StockMovement"
  FOR EACH STATEMENT EXECUTE FUNCTION "StockMovement_refuse_change" ();

CREATE TABLE "ReasonCode" (
  "code" TEXT NOT NULL,
  "direction" TEXT NOT NULL,
  "requiresNote" BOOLEAN NOT NULL DEFAULT false,
  CONSTRAINT "ReasonCode_pkey" PRIMARY KEY ("code"),
  CONSTRAINT "ReasonCode_direction_known" CHECK ("direction" IN ('in', 'out', 'both'))
);
INSERT INTO "ReasonCode" ("code", "direction") VALUES
  ('opening', 'in'), ('found', 'in'), ('customer_return', 'in'), ('damaged', 'out'), ('lost', 'out'), ('expired', 'out'), ('theft', 'out'), ('sample', 'out'),
  ('return_to_supplier', 'out'), ('correction', 'both'), ('recount', 'both');
