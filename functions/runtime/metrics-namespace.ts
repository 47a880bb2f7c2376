/** CloudWatch namespace of everything Lapse counts; the alarms of the stack look there. */
export const metricsNamespace = 'Lapse';
