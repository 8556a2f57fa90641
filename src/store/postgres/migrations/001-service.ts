/** Models, runs, trainings, recommendations, price tests, access and settings. */
export const SERVICE = '';
