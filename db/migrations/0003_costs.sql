ALTER TABLE `daily_costs` ADD `input_nano_usd` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `daily_costs` ADD `output_nano_usd` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `daily_costs` ADD `cache_read_nano_usd` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `daily_costs` ADD `cache_write_nano_usd` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `daily_costs` ADD `web_search_nano_usd` integer DEFAULT 0 NOT NULL;