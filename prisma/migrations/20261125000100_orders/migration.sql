-- Outbound orders, what is set aside for them, and what has left for them.
CREATE SEQUENCE "Order_number_seq" START 1000001;

CREATE TABLE "Order" (
  "id" TEXT COLLATE "C" NOT NULL,
  "ownerId" TEXT COLLATE "C" NOT NULL,
  "number" TEXT COLLATE "C" NOT NULL,
  "externalRef" TEXT COLLATE "C" NOT NULL,
  "channel" TEXT,
  "type" TEXT NOT NULL,
  "status" TEXT COLLATE "C" NOT NULL,
  "allocationStatus" TEXT COLLATE "C" NOT NULL,
  "onHold" BOOLEAN NOT NULL,
  "holds" JSONB NOT NULL,
  "customer" JSONB,
  "shipTo" JSONB,
  "billTo" JSONB,
  "warehouseId" TEXT COLLATE "C" NOT NULL,
  "carrierCode" TEXT,
  "serviceCode" TEXT,
  "shippingProcess" TEXT,
  "priority" SMALLINT NOT NULL,
  "requestedShipDate" DATE,
  "requestedDeliveryDate" DATE,
  "cancelAfterDate" DATE,
  "allowPartialShipment" BOOLEAN NOT NULL,
  "currency" TEXT,
  "giftMessage" TEXT,
  "packingNote" TEXT,
  "tags" TEXT[],
  "attributes" JSONB NOT NULL,
  "cancelReason" TEXT,
  "lineCount" INTEGER NOT NULL,
  "version" INTEGER NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "Order_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Order_status_known" CHECK ("status" IN ('draft', 'open', 'released', 'picking', 'picked', 'packed', 'partially_shipped', 'shipped', 'delivered', 'closed', 'cancelled')),
  CONSTRAINT "Order_allocationStatus_known" CHECK ("allocationStatus" IN ('none', 'partial', 'full'))
);
CREATE UNIQUE INDEX "Order_ownerId_externalRef_key" ON "Order" ("ownerId", "externalRef");
CREATE UNIQUE INDEX "Order_number_key" ON "Order" ("number");
CREATE INDEX "Order_ownerId_updatedAt_id_idx" ON "Order" ("ownerId", "updatedAt", "id");
CREATE INDEX "Order_ownerId_status_updatedAt_id_idx" ON "Order" ("ownerId", "status", "updatedAt", "id");
-- What Prisma's models can't say: the orders that somebody has to look at are few among those that are done.
CREATE INDEX "Order_on_hold_idx" ON "Order" ("ownerId", "updatedAt", "id") WHERE "onHold";
CREATE INDEX "Order_not_full_idx" ON "Order" ("ownerId", "allocationStatus", "updatedAt", "id") WHERE "allocationStatus" <> 'full';

CREATE TABLE "OrderLine" (
  "orderId" TEXT COLLATE "C" NOT NULL,
  "lineNo" INTEGER NOT NULL,
  "externalLineRef" TEXT,
  "productId" TEXT COLLATE "C",
  "sku" TEXT NOT NULL,
  "name" TEXT,
  "isStocked" BOOLEAN NOT NULL,
  "uomCode" TEXT,
  "qtyUom" DECIMAL(15,4) NOT NULL,
  "qtyOrdered" DECIMAL(15,4) NOT NULL,
  "qtyAllocated" DECIMAL(15,4) NOT NULL,
  "qtyPicked" DECIMAL(15,4) NOT NULL,
  "qtyPacked" DECIMAL(15,4) NOT NULL,
  "qtyShipped" DECIMAL(15,4) NOT NULL,
  "qtyCancelled" DECIMAL(15,4) NOT NULL,
  "qtyBackordered" DECIMAL(15,4) NOT NULL,
  "pinnedBatch" TEXT,
  "minShelfLifeDays" INTEGER,
  "unitPrice" DECIMAL(18,4),
  "attributes" JSONB NOT NULL,
  CONSTRAINT "OrderLine_pkey" PRIMARY KEY ("orderId", "lineNo"),
  CONSTRAINT "OrderLine_not_negative" CHECK (least("qtyOrdered", "qtyAllocated", "qtyPicked", "qtyPacked", "qtyShipped", "qtyCancelled", "qtyBackordered") >= 0),
  CONSTRAINT "OrderLine_adds_up" CHECK ("qtyAllocated" + "qtyPicked" + "qtyPacked" + "qtyShipped" + "qtyCancelled" + "qtyBackordered" <= "qtyOrdered")
);
CREATE INDEX "OrderLine_backordered_idx" ON "OrderLine" ("productId", "orderId", "lineNo") WHERE "qtyBackordered" > 0;
ALTER TABLE "OrderLine" ADD CONSTRAINT "OrderLine_orderId_fkey"
  FOREIGN KEY ("orderId") REFERENCES "Order" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "Allocation" (
  "orderId" TEXT COLLATE "C" NOT NULL,
  "lineNo" INTEGER NOT NULL,
  "batchId" TEXT COLLATE "C" NOT NULL DEFAULT '',
  "locationId" TEXT COLLATE "C" NOT NULL,
  "pickedFromId" TEXT COLLATE "C" NOT NULL DEFAULT '',
  "stage" TEXT COLLATE "C" NOT NULL,
  "productId" TEXT COLLATE "C" NOT NULL,
  "warehouseId" TEXT COLLATE "C" NOT NULL,
  "qty" DECIMAL(15,4) NOT NULL,
  "strategy" TEXT NOT NULL,
  "pinned" BOOLEAN NOT NULL,
  CONSTRAINT "Allocation_pkey" PRIMARY KEY ("orderId", "lineNo", "batchId", "locationId", "pickedFromId", "stage"),
  CONSTRAINT "Allocation_stage_known" CHECK ("stage" IN ('allocated', 'picked', 'packed', 'shipped')),
  CONSTRAINT "Allocation_qty_positive" CHECK ("qty" > 0)
);
-- Who has set aside of a batch or a product what nobody has shipped yet.
CREATE INDEX "Allocation_open_batch_idx" ON "Allocation" ("batchId", "orderId") WHERE "stage" <> 'shipped' AND "batchId" <> '';
CREATE INDEX "Allocation_open_product_idx" ON "Allocation" ("productId", "warehouseId", "orderId") WHERE "stage" <> 'shipped';
ALTER TABLE "Allocation" ADD CONSTRAINT "Allocation_orderId_lineNo_fkey"
  FOREIGN KEY ("orderId", "lineNo") REFERENCES "OrderLine" ("orderId", "lineNo") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "Shipment" (
  "id" TEXT COLLATE "C" NOT NULL,
  "ownerId" TEXT COLLATE "C" NOT NULL,
  "orderId" TEXT COLLATE "C" NOT NULL,
  "warehouseId" TEXT COLLATE "C" NOT NULL,
  "status" TEXT COLLATE "C" NOT NULL,
  "isFinal" BOOLEAN NOT NULL,
  "carrierCode" TEXT,
  "serviceCode" TEXT,
  "shippedAt" TIMESTAMPTZ(3),
  "deliveredAt" TIMESTAMPTZ(3),
  "version" INTEGER NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "Shipment_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Shipment_status_known" CHECK ("status" IN ('packed', 'shipped', 'in_transit', 'delivered', 'exception', 'cancelled'))
);
CREATE INDEX "Shipment_orderId_id_idx" ON "Shipment" ("orderId", "id");
CREATE INDEX "Shipment_ownerId_updatedAt_id_idx" ON "Shipment" ("ownerId", "updatedAt", "id");
CREATE INDEX "Shipment_ownerId_status_updatedAt_id_idx" ON "Shipment" ("ownerId", "status", "updatedAt", "id");
ALTER TABLE "Shipment" ADD CONSTRAINT "Shipment_orderId_fkey"
  FOREIGN KEY ("orderId") REFERENCES "Order" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "Parcel" (
  "shipmentId" TEXT COLLATE "C" NOT NULL,
  "no" INTEGER NOT NULL,
  "sscc" TEXT,
  "trackingNumber" TEXT,
  "trackingUrl" TEXT,
  "weightG" INTEGER,
  "lengthMm" INTEGER,
  "widthMm" INTEGER,
  "heightMm" INTEGER,
  "status" TEXT NOT NULL,
  "carrierStatus" TEXT,
  "statusAt" TIMESTAMPTZ(3),
  CONSTRAINT "Parcel_pkey" PRIMARY KEY ("shipmentId", "no")
);
CREATE INDEX "Parcel_trackingNumber_idx" ON "Parcel" ("trackingNumber");
ALTER TABLE "Parcel" ADD CONSTRAINT "Parcel_shipmentId_fkey"
  FOREIGN KEY ("shipmentId") REFERENCES "Shipment" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ParcelItem" (
  "shipmentId" TEXT COLLATE "C" NOT NULL,
  "parcelNo" INTEGER NOT NULL,
  "lineNo" INTEGER NOT NULL,
  "batchId" TEXT COLLATE "C" NOT NULL DEFAULT '',
  "qty" DECIMAL(15,4) NOT NULL,
  CONSTRAINT "ParcelItem_pkey" PRIMARY KEY ("shipmentId", "parcelNo", "lineNo", "batchId"),
  CONSTRAINT "ParcelItem_qty_positive" CHECK ("qty" > 0)
);
CREATE INDEX "ParcelItem_batchId_idx" ON "ParcelItem" ("batchId") WHERE "batchId" <> '';
ALTER TABLE "ParcelItem" ADD CONSTRAINT "ParcelItem_shipmentId_parcelNo_fkey"
  FOREIGN KEY ("shipmentId", "parcelNo") REFERENCES "Parcel" ("shipmentId", "no") ON DELETE CASCADE ON UPDATE CASCADE;
