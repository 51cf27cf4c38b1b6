-- What a node seals its messages with. Nodes that joined before have none: what they say is refused until they join again.

ALTER TABLE "node" ADD COLUMN "key" TEXT NOT NULL DEFAULT '';
