import { BOOL, FLOAT64, INT64, INTERVAL, STRING, TIMESTAMP, arrayOf, field, structOf } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';

/** Option names, lower case, and what their value is coerced to; undefined takes any type. */
export type OptionTypes = Readonly<Record<string, SqlType | undefined>>;

const PAIRS = arrayOf(structOf([field(undefined, STRING), field(undefined, STRING)]));

/** Options of everything that has a name in the catalog. */
const DESCRIPTIVE: OptionTypes = { description: STRING, friendly_name: STRING, labels: PAIRS, tags: PAIRS };

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#schema_option_list */
export const SCHEMA_OPTIONS: OptionTypes = {
  ...DESCRIPTIVE,
  default_kms_key_name: STRING,
  default_partition_expiration_days: FLOAT64,
  default_rounding_mode: STRING,
  default_table_expiration_days: FLOAT64,
  failover_reservation: STRING,
  is_case_insensitive: BOOL,
  is_primary: BOOL,
  location: STRING,
  max_time_travel_hours: INT64,
  primary_replica: STRING,
  storage_billing_model: STRING,
};

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#table_option_list */
export const TABLE_OPTIONS: OptionTypes = {
  ...DESCRIPTIVE,
  default_rounding_mode: STRING,
  enable_change_history: BOOL,
  enable_fine_grained_mutations: BOOL,
  expiration_timestamp: TIMESTAMP,
  file_format: STRING,
  kms_key_name: STRING,
  max_staleness: INTERVAL,
  partition_expiration_days: FLOAT64,
  require_partition_filter: BOOL,
  storage_uri: STRING,
  table_format: STRING,
};

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#external_table_option_list */
export const EXTERNAL_TABLE_OPTIONS: OptionTypes = {
  ...DESCRIPTIVE,
  allow_jagged_rows: BOOL,
  allow_quoted_newlines: BOOL,
  bigtable_options: STRING,
  column_name_character_map: STRING,
  compression: STRING,
  date_format: STRING,
  datetime_format: STRING,
  decimal_target_types: arrayOf(STRING),
  enable_list_inference: BOOL,
  enable_logical_types: BOOL,
  encoding: STRING,
  enum_as_string: BOOL,
  expiration_timestamp: TIMESTAMP,
  field_delimiter: STRING,
  file_set_spec_type: STRING,
  format: STRING,
  hive_partition_uri_prefix: STRING,
  ignore_unknown_values: BOOL,
  json_extension: STRING,
  max_bad_records: INT64,
  max_staleness: INTERVAL,
  metadata_cache_mode: STRING,
  null_marker: STRING,
  null_markers: arrayOf(STRING),
  object_metadata: STRING,
  preserve_ascii_control_characters: BOOL,
  projection_fields: STRING,
  quote: STRING,
  reference_file_schema_uri: STRING,
  require_hive_partition_filter: BOOL,
  sheet_range: STRING,
  skip_leading_rows: INT64,
  source_column_match: STRING,
  time_format: STRING,
  time_zone: STRING,
  timestamp_format: STRING,
  uris: arrayOf(STRING),
};

/** Options of models that BigQuery trains itself: known names, so that the model type is what is refused. */
const TRAINING_OPTIONS = `
  activation_fn adjust_step_changes alternating_least_squares approx_global_feature_contrib auto_arima
  auto_arima_max_order auto_arima_min_order auto_class_weights batch_size booster_type budget_hours calculate_p_values
  category_encoding_method class_weights clean_spikes_and_dips color_space colsample_bylevel colsample_bynode
  colsample_bytree contamination dart_normalize_type data_frequency data_split_col data_split_eval_fraction
  data_split_method data_split_test_fraction decompose_time_series distance_type dropout early_stop
  enable_global_explain feedback_type fit_intercept forecast_limit_lower_bound forecast_limit_upper_bound hidden_units
  holiday_region horizon hparam_tuning_algorithm hparam_tuning_objectives include_drift input_label_cols instance_weight_col
  integrated_gradients_num_steps item_col kmeans_init_col kmeans_init_method l1_reg l1_reg_activation l2_reg learn_rate
  learn_rate_strategy loss_type ls_init_learn_rate max_iterations max_parallel_trials max_time_series_length
  max_tree_depth min_rel_progress min_split_loss min_time_series_length min_tree_child_weight model_registry
  non_negative_lambda non_seasonal_order num_clusters num_factors num_parallel_tree num_principal_components
  num_trials optimizer optimize_strategy pca_explained_variance_ratio pca_solver rating_col sampled_shapley_num_paths
  scale_features seasonalities standardize_features subsample tf_version time_series_data_col time_series_id_col
  time_series_length_fraction time_series_timestamp_col tree_method trend_smoothing_window_size user_col vertex_ai_model_version_aliases
  wals_alpha warm_start window_size xgboost_version`
  .trim()
  .split(/\s+/);

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-create */
export const MODEL_OPTIONS: OptionTypes = {
  ...DESCRIPTIVE,
  endpoint: STRING,
  expiration_timestamp: TIMESTAMP,
  kms_key_name: STRING,
  model_path: STRING,
  model_type: STRING,
  remote_service_type: STRING,
  vertex_ai_model_id: STRING,
  ...Object.fromEntries(TRAINING_OPTIONS.map((name) => [name, undefined])),
};

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#model_set_options_list */
export const ALTER_MODEL_OPTIONS: OptionTypes = {
  deploy_model: BOOL,
  description: STRING,
  endpoint_idle_ttl: INTERVAL,
  expiration_timestamp: TIMESTAMP,
  friendly_name: STRING,
  kms_key_name: STRING,
  labels: PAIRS,
  vertex_ai_model_id: STRING,
};

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-export-model */
export const EXPORT_MODEL_OPTIONS: OptionTypes = { trial_id: INT64, uri: STRING };

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#column_option_list */
export const COLUMN_OPTIONS: OptionTypes = { description: STRING, rounding_mode: STRING, data_policies: undefined };

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#connection_option_list */
export const CONNECTION_OPTIONS: OptionTypes = {
  connection_type: STRING,
  description: STRING,
  friendly_name: STRING,
  properties: STRING,
};

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#reservation_option_list */
export const RESERVATION_OPTIONS: OptionTypes = {
  autoscale_max_slots: INT64,
  edition: STRING,
  ignore_idle_slots: BOOL,
  labels: PAIRS,
  slot_capacity: INT64,
  target_job_concurrency: INT64,
};

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#assignment_option_list */
export const ASSIGNMENT_OPTIONS: OptionTypes = { assignee: STRING, job_type: STRING };
