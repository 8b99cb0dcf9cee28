CREATE TABLE "daily_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"date" text NOT NULL,
	"trigger" text NOT NULL,
	"status" text NOT NULL,
	"main_agent_id" uuid NOT NULL,
	"start_time" timestamp (3) with time zone NOT NULL,
	"end_time" timestamp (3) with time zone,
	"cost" double precision NOT NULL,
	"summary" jsonb NOT NULL,
	"report" text,
	"rev" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task_history" (
	"run_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"date" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"category" text NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"generated_by" text NOT NULL,
	"assigned_to" uuid,
	"start_time" timestamp (3) with time zone,
	"end_time" timestamp (3) with time zone,
	"output" text,
	"error_message" text,
	"retry_count" integer NOT NULL,
	"progress" integer,
	"detail" jsonb NOT NULL,
	"rev" bigint NOT NULL,
	CONSTRAINT "task_history_run_id_task_id_pk" PRIMARY KEY("run_id","task_id")
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"run_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"date" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"category" text NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"generated_by" text NOT NULL,
	"assigned_to" uuid,
	"start_time" timestamp (3) with time zone,
	"end_time" timestamp (3) with time zone,
	"output" text,
	"error_message" text,
	"retry_count" integer NOT NULL,
	"progress" integer,
	"detail" jsonb NOT NULL,
	"rev" bigint NOT NULL,
	CONSTRAINT "tasks_run_id_task_id_pk" PRIMARY KEY("run_id","task_id")
);
--> statement-breakpoint
CREATE INDEX "daily_runs_of_user" ON "daily_runs" USING btree ("user_id","start_time");--> statement-breakpoint
CREATE INDEX "task_history_of_user" ON "task_history" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "task_history_by_status" ON "task_history" USING btree ("user_id","status");--> statement-breakpoint
CREATE INDEX "task_history_assigned" ON "task_history" USING btree ("assigned_to");--> statement-breakpoint
CREATE INDEX "tasks_of_user" ON "tasks" USING btree ("user_id","status","created_at");--> statement-breakpoint
CREATE INDEX "tasks_assigned" ON "tasks" USING btree ("assigned_to");